"""What the server checks today."""
import datetime as dt


def allowed(token, call, rules, now):
    """token: row of tokens.csv or None; call: (method, template, member, elevator)."""
    method, template, member, elevator = call
    if template == "/prices":
        return 200
    if token is None:
        return 401
    revoked = rules["revoked"].get(token["token"])
    if revoked and now > dt.datetime.fromisoformat(revoked) + dt.timedelta(minutes=30):  # cache of tokens
        return 401
    if method == "GET" and template.endswith("/tickets") and token["role"] == "member":
        return 200
    if method == "GET" and template.endswith("/tickets") and token["role"] == "agronomist":
        return 200 if member in rules["consent_cache"] else 403  # cache renewed on the 1st and the 15th
    if template.endswith("/bank") and token["role"] == "clerk" and token["bound_to"] == "E2":
        return 200  # FIXME for the move of accounts in 2025
    if template == "/elevators/{e}/tickets" and token["role"] == "clerk":
        return 201
    return None  # goes on to the table of roles
