"""Row by row with sets; each look judged by the roles of its day."""
import csv
import datetime as dt
import os

PROTECTED = {"humpback dolphin", "pygmy right whale"}


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    day = dt.date.fromisoformat
    reserve = {r["beach"]: r["reserve"] for r in rows("beaches.csv")}
    animals, phones = {}, set()
    for r in rows("register.csv"):
        key = (r["found_on"][:4], r["stranding"])
        one = animals.setdefault(key, {"on": day(r["found_on"]), "beach": r["beach"], "species": set(), "labs": set()})
        one["species"].add(r["species"])
        one["labs"].add(r["lab"])
        phones.add("".join(c for c in r["phone"].replace("+27", "0") if c.isdigit()))

    def allowed(role, body, view, one, on):
        shielded = bool(one["species"] & PROTECTED)
        own = reserve[one["beach"]] == body
        age = (on - one["on"]).days
        if role == "coordinator":
            return True
        if role == "ranger":
            limit = 14 if on >= dt.date(2026, 3, 1) else 30
            return view == "species" or view == "place" and (own or not shielded) or view == "finder" and own and age <= limit
        if role == "lab":
            return view in ("samples", "species") and body in one["labs"]
        if role == "student":
            return view in ("samples", "species") or view == "place" and not shielded
        return age >= 7 and (view == "species" or view == "place" and not shielded)

    people, refused = rows("people.csv"), []
    for look in rows("access_log.csv"):
        on = day(look["day"])
        one = animals[look["year"], look["stranding"]]
        roles = [p for p in people if p["person"] == look["person"] and day(p["from"]) <= on <= day(p["until"])]
        if not any(allowed(p["role"], p["body"], look["view"], one, on) for p in roles):
            refused.append(look)
    names = [r["person"] for r in refused]
    return {
        "animals": len(animals),
        "finders": len(phones),
        "species_disputed": sum(len(a["species"]) > 1 for a in animals.values()),
        "protected_animals": sum(bool(a["species"] & PROTECTED) for a in animals.values()),
        "refused": len(refused),
        "refused_finder": sum(r["view"] == "finder" for r in refused),
        "most_refused": max(sorted(set(names)), key=names.count),
    }
