"""Where the town listens, on this machine only: fixed places above Lanka's own port, so that two demos do not meet."""

from lanka import config

HOST = "127.0.0.1"
TOWN = config.PORT + 100  # the town's own JSON, for its pages
MAIL = config.PORT + 125  # the customers' mail server
SMPP = config.PORT + 127  # the operator of their phones
BOTS = config.PORT + 181  # the Bot API
LISTEN_MAIL = config.number("LANKA_SMTP_PORT", 2525)  # where Lanka takes mail in (`channels/email`)
PRINTER = "town/printer"  # below LANKA_HOME: the print house fetches here
