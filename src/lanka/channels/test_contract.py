from lanka.channels.contract import *  # noqa: F403 the contract is collected here
