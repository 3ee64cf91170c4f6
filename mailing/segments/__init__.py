"""Segments: recipients by a saved condition, found anew each time.

The rules of a segment are JSON of this shape, checked by mailing.segments.rules:

    {"match": "all", "conditions": [
        {"kind": "attribute", "key": "city", "test": "is", "value": "Riga"},
        {"kind": "mailing", "test": "not_got", "value": 17},
        {"match": "any", "conditions": [
            {"kind": "added_days", "test": "within", "value": 30},
            {"kind": "consent", "test": "is_set"}]}]}

`match` is "all" or "any". A condition has a kind, one of its tests (mailing.segments.kinds) and, as
the kind says, a key and a value. Groups of conditions stand at the top only. What a recipient does
not have counts as empty text. Capital letters count, except in addresses, which have none.
"""
