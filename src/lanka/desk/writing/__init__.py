"""Where texts are written once for every channel: the list of templates and the editor with its previews."""
