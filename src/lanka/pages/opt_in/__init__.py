"""The button of a double opt-in. Looking at the page confirms nothing: mail scanners look at everything."""
