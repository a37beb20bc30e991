"""What a customer opens without a password: the preference centre, confirming, unsubscribing, what a code on paper leads to.

Every address holds a signed token (`decide.links`); nothing of the desk is here: no session, no rights.
"""
