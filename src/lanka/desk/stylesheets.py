"""The sheets of the desk in their order: one file a component, each in its layer."""

STYLESHEETS = [
    "desk/css/tokens.css",
    "desk/css/base.css",
    "desk/css/button.css",
    "desk/css/marks.css",
    "desk/css/menu.css",
    "desk/css/toast.css",
    "desk/css/shell.css",
    "desk/palette/palette.css",
    "desk/inbox/inbox.css",
    "desk/inbox/list.css",
    "desk/thread/thread.css",
    "desk/composer/composer.css",
    "desk/person/panel.css",
    "desk/person/person.css",
    "desk/account/account.css",
    "desk/css/print.css",
]
