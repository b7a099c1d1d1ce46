"""What points at a person is taken out of a text before anybody reads it.

Patterns find what has a form: addresses, numbers, codes, and names where somebody says that a name follows. The
writer's own name is known from the customer; those of other people are found by a common first name before another word
with a capital (`names`). A first name alone, and a rare one, is not found.
"""

import re

from surveys.texts.names import cut

MASKED = "•••"

_NAME = r"[A-ZÅÄÖÆØÉ][\w'’-]+"
_NAMES = rf"{_NAME}(?:[ \t]+(?:(?:von|af|de|van)[ \t]+)?{_NAME}){{0,2}}"
_LEADS = (
    r"nimeni on|nimi on|nimeltäni|minun nimi on|jag heter|mitt namn är|my name is|my name's|"
    r"namn är|olen nimeltäni|puhelimessa on|soitti minulle"
)
_SIGNS = (
    r"terveisin|ystävällisin terveisin|terv\.?|t\. |yst\. terv\.?|kiittäen|hälsningar|med vänliga hälsningar|"
    r"mvh|vänligen|best regards|kind regards|regards|sincerely|yours"
)
_STREETS_FI = r"(?:kadu|kat|tie|tiellä|kuja|polu|polk|väylä|kaar|aukio|tori|rinne|raitti|penger|bulevardi|esplanadi)"
_HOUSE = r"\d{1,4}(?:[ \t]?[a-zA-Z]\b)?(?:[ \t]?\d{1,3}\b)?"
_STREETS_SV = r"(?:gatan|vägen|gränd(?:en)?|stigen|torget|allén|kajen)"
_STREETS_EN = r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Close)"

# Narrow forms first: the wide ones for numbers would leave their letters standing.
_PATTERNS = (
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    re.compile(r"(?:https?://|www\.)\S{1,2000}", re.IGNORECASE),
    re.compile(r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]\b", re.IGNORECASE),  # Finnish identity code
    re.compile(r"\b(?:\d{2})?\d{6}[-+]\d{4}\b"),  # Swedish identity number
    re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[0-9A-Z]{4}){2,7}(?:[ ]?[0-9A-Z]{1,4})?\b"),  # IBAN
    re.compile(r"\b(?:fi|se|no|dk|ee|de)\d{2}(?:[ ]?\d{4}){3,5}(?:[ ]?\d{1,4})?\b", re.IGNORECASE),
    re.compile(r"(?<![\w-])(?:[A-ZÅÄÖ]{2,3}-\d{1,3}|[A-ZÅÄÖ]{3} ?\d{2}[0-9A-Z]|[a-zåäö]{3}-\d{3})(?![\w-])"),  # plates
    re.compile(
        rf"\b[A-ZÅÄÖ][\w-]{{1,40}}{_STREETS_FI}\w{{0,6}}[ \t]+\d{{1,4}}(?:[ \t]?[a-zA-Z]\b)?(?:[ \t]?\d{{1,3}}\b)?"
    ),
    re.compile(rf"\b[A-ZÅÄÖ][\w-]{{1,40}}{_STREETS_SV}[ \t]+\d{{1,4}}(?:[ \t]?[a-zA-Z]\b)?"),
    re.compile(rf"\b\d{{1,4}}[ \t]+(?:[A-Z][a-z]{{1,30}}[ \t]+){{1,3}}{_STREETS_EN}\b"),
    re.compile(r"\b(?:\d{5}|\d{3} \d{2})[ \t]+(?:[A-ZÅÄÖ]{2,30}|[A-ZÅÄÖ][a-zåäö]{1,30})\b"),  # postal code and town
    re.compile(r"(?<![\w,.])(?:\+\d{1,3}|00\d{2,3}|0)[ ().-]{0,2}\d(?:[ ()-]{0,2}\d){4,12}(?![\w])"),  # telephone
    re.compile(r"(?<![\d,.])\d(?:[ -]?\d){12,18}(?!\d)"),  # card
    # Customer and order numbers; not sums of money and kilometres.
    re.compile(r"\b(?=[A-Z-]{0,8}\d)[A-Z]{0,4}-?\d{6,}\b(?!\s?(?:€|[ek]\b|eur|euro|km\b|kr\b|sek\b|kilomet))"),
)
# After words that say what follows, however short it is.
_AFTER = (
    re.compile(
        r"(\b(?:asiakas|tilaus|lasku|sopimus|varaus|jäsen|vakuutus|viite)(?:numero|tunnus|nro|nr|numeroni|tunnukseni)"
        r"(?:ni)?|\b(?:kund|order|faktura|avtals|boknings|medlems)(?:nummer|nr)|"
        r"\b(?:customer|order|invoice|contract|booking|member(?:ship)?|policy)[ ]?(?:number|no\.?|id|#))"
        r"([ \t]*(?:on|är|is|oli|var|was)?[ \t:#.]*)([A-Z0-9][\w-]*\d[\w-]*|\d+)",
        re.IGNORECASE,
    ),
    re.compile(rf"((?i:\b(?:{_LEADS})))([ \t:,]+)({_NAMES})"),
    re.compile(rf"((?i:\b(?:{_SIGNS})))([ \t]*[,:.]?\s*)({_NAMES})(?=\s*(?:$|[.,!\n•]))"),
)
# A name in small letters: only where nothing else can follow.
_SMALL = re.compile(
    r"(\b(?:nimeni on|jag heter|my name is))([ \t:,]+)"
    r"(?!(?:väärin|väärä|ollut|jo|edelleen|kirjoitettu|not|wrong|still|misspelt|misspelled|inte)\b)"
    r"([^\W\d_]{2,}(?:[ \t]+[^\W\d_]{2,})?)",
    re.IGNORECASE,
)
_ENDINGS = r"(?:n|a|ä|ta|tä|in|en|een|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|na|nä|ksi|ni|s|'s|’s|kin)?"


def mask(text: str, *, name: str = "") -> str:
    """The text without what points at a person; `name` is the writer's own, where it is known."""
    for pattern in _PATTERNS:
        text = pattern.sub(MASKED, text)
    for pattern in _AFTER:
        text = pattern.sub(rf"\1\2{MASKED}", text)
    text = _SMALL.sub(rf"\1\2{MASKED}", text)
    text = cut(text, by=MASKED)
    for part in re.findall(r"[^\W\d_]{3,}", name)[:6]:
        text = _own(part).sub(MASKED, text)
    return re.sub(rf"{MASKED}(?:[ \t,]*{MASKED})+", MASKED, text)


def _own(part: str) -> re.Pattern[str]:
    """A name as it is inflected: Virtanen, Virtasen, Matti, Matin. A short one is found with its capital only, as
    Kai, Meri and Onni are words too."""
    stems = [re.escape(part)]
    if part.lower().endswith("nen"):
        stems.append(re.escape(part[:-3]) + "(?:se|is)")
    weak = re.sub(r"(kk|pp|tt)(\w)$", lambda double: double[1][0] + double[2], part)
    if weak != part:
        stems.append(re.escape(weak))
    either = "|".join(stems)
    if len(part) >= 5:
        return re.compile(rf"\b(?:{either}){_ENDINGS}\b", re.IGNORECASE)
    capital = "|".join(f"{stem[:1].upper()}{stem[1:]}" for stem in stems)
    return re.compile(rf"\b(?:{capital}|{part.upper()}){_ENDINGS}\b")
