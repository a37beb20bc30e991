"""One click and no more of it (RFC 8058): a POST stops one topic on one channel at once; a GET only shows the button."""
