"""Names of people in a text: a first name that is nothing else, followed by a word with a capital.

By short lists, so that what is masked is a person nearly always; who bears a rarer name is not found. A name that is a
word too (Anna, Onni, Mark) counts only before what can be nothing but a surname. Streets and places called after people
(Aleksis Kiven katu) are places.
"""

import re

_FI = """
Aino Aki Ali Anja Anneli Anni Annika Anniina Antero Antti Anu Anne Ari Arja Arto Asko Aulis Eero Eeva Eija Eila Eino
Elina Ella Emilia Emma Erja Erkki Esa Essi Eveliina Hanna Hannele Hannu Harri Heidi Heikki Helena Heli Henna Henri
Henrik Hilkka Hilja Iida Ilkka Ilona Irene Irja Irma Jaakko Jaana Janne Jani Janina Jari Jarkko Jarmo Jenna Jenni Jere
Jesse Joel Johanna Jonna Joni Jorma Jouko Jouni Juha Juhani Juho Jukka Julia Jussi Juuso Kaarina Kaija Kaisa Kalevi
Kalle Kari Kari-Pekka Karoliina Katariina Kati Katja Katri Kimmo Kirsi Kirsti Krista Kristiina Kyllikki Laura Lasse
Lauri Leena Leo Liisa Lotta Maarit Maija Maiju Maria Mari Marika Marja Marjatta Marjo Marko Markku Markus Martti
Matias Matti Maija-Liisa Mervi Mia Miia Mika Mikael Mikko Minna Mira Mirja Mirjami Miro Niina Niko Noora Olavi Olli
Oskari Outi Paavo Pasi Pauli Pauliina Paula Pekka Pentti Pertti Petra Petri Petteri Piia Pirjo Pirkko Päivi Raija
Raili Raimo Raisa Reetta Reijo Riikka Riitta Risto Ritva Roope Saara Saija Sakari Salla Sami Samu Samuli Sanna Santeri
Sara Sari Satu Seija Seppo Siiri Sini Sinikka Sirkka Sirpa Sofia Suvi Susanna Taina Tanja Tapani Tapio Tarja Teemu
Teija Teppo Terhi Terttu Tero Tiina Timo Tiia Titta Tomi Toni Topi Tuija Tuire Tuomas Tuomo Tuula Tytti Ulla Unto Urho
Vappu Veera Veikko Veijo Venla Vesa-Matti Viivi Ville Vilma Väinö Yrjö Riina Roosa Sanni Senni Tea Teea Eetu Aleksi
Aleksis Atte Elias Eemeli Konsta Kasper Lassi Mauri Osmo Pirita Tatu Tauno Toivo Tuukka Valtteri
"""
_SV = """
Agneta Alexander Anders Andreas Angelica Annika Astrid Axel Barbro Birgitta Björn Bo Britt Camilla Carina Carl
Caroline Cecilia Christer Christian Christina Claes Dag Elin Elisabeth Ellen Elsa Emelie Erik Eva Fredrik Gun Gunilla
Gunnar Gustav Göran Hans Harald Helge Henrik Håkan Inga Inger Ingrid Jan Jesper Johan Jonas Josefin Karin Karl
Katarina Kerstin Kjell Klas Kristina Lars Leif Lena Linnea Lisbeth Magnus Malin Maj Margareta Marianne Martin Mats
Mattias Mikaela Monica Mårten Nils Niklas Nina Olof Ola Oskar Patrik Per Peter Pia Pontus Ragnar Rebecka Robert Roland
Rolf Sofie Staffan Stefan Sten Stig Susanne Sven Thomas Tobias Torbjörn Tove Ulf Ulrika Viktor Viktoria Wilhelm Yvonne
Åsa Åke Östen
"""
_EN = """
Adam Alan Alice Amanda Andrew Angela Anthony Barbara Benjamin Brian Catherine Charles Charlotte Christopher Daniel
David Deborah Diana Donald Dorothy Edward Elizabeth Emily Eric Gary George Gregory Hannah Heather Helen Henry Jacob
James Jane Jason Jeffrey Jennifer Jessica John Jonathan Joseph Joshua Judith Julie Karen Katherine Kathleen Kelly
Kenneth Kevin Kimberly Larry Linda Lisa Margaret Mary Matthew Megan Melissa Michael Michelle Nancy Nathan Nicholas
Nicole Oliver Olivia Pamela Patricia Patrick Paul Philip Rachel Raymond Richard Ronald Ruth Ryan Samantha Samuel Sarah
Scott Sharon Stephanie Stephen Steven Susan Timothy Victoria William
"""
# Words too: "Anna palautetta", "Kai Turussakin", "Will Monday do?".
_ALSO_WORDS = """
Aamu Ahti Anna Armas Arvo Helmi Ilma Ilmari Ilo Impi Into Kai Kaiho Kauko Kielo Kerttu Kukka Lahja Lempi Lumi Meri
Mark Oiva Onni Orvokki Otso Pilvi Pyry Päivä Rauha Rauni Ruusu Satu Soini Sointu Sulo Taimi Taisto Talvikki Tarmo
Toivo Tuuli Tyyne Usko Utu Vesa Vieno Vilja Voitto Will Bill May June April Rose Grace Hope Frank Grant Jack Rob Sue
Ken Per Bo Sten Stig Dag Maj Tove Ola Ali Leo Sini Suvi Sara Tea Gun Jan Hans
"""
_NAMES = frozenset((_FI + _SV + _EN).split()) - frozenset(_ALSO_WORDS.split())
_UNSURE = frozenset(_ALSO_WORDS.split())
_SURNAME = re.compile(
    r"(?:nen|se(?:n|lla|llä|lta|ltä|lle|sta|stä|ssa|ssä|en)|sson|ssons|ström|berg|qvist|kvist|lund|man|son|smith)s?$"
)
# Salo and Lahti are surnames too: as places they stand in a case.
_PLACED = """
Helsin Espoo Vanta Tamper Turu Turku Oulu Jyväskylä Kuopio Pori Kouvola Joensuu Lappeenranta Vaasa Rovanieme
Hämeenlinna Kerava Järvenpää Porvoo Kokkola Salossa Salosta Saloon Lahdessa Lahdesta Lahteen Kotkassa Kotkasta Kotkaan
Suome Ruotsi Stockholm Göteborg Malmö Uppsala Sverige Finland Helsingfors Esbo Åbo London Monday Tuesday Wednesday
Thursday Friday Saturday Sunday Kiitos Tack Thanks Hyvä Palvelu Asiakaspalvelu
"""
_PLACES = tuple(_PLACED.split())
_THING = re.compile(
    r"[ \t]+(?:katu|kadu|tie|tiel|tien|aukio|leikki|puisto|rant|rann|silta|sill|patsa|muisto|koulu|museo|kirjasto|sali|"
    r"säätiö|stadion|talo|gata|väg|plats|park|staty|street|road|square|museum|school|hall|statue)\w*",
    re.IGNORECASE,
)
_CAPITAL = r"[A-ZÅÄÖÉ][a-zåäöéü]+(?:-[A-ZÅÄÖÉ][a-zåäöéü]+)?"
_REST = r"(?:(?:von|af|de|van)[ \t]+)?[A-ZÅÄÖÉ](?:[a-zåäöéü]|['’](?=[a-zåäö]|[A-Z][a-z])|[A-Z](?=[a-z])|-(?=[A-ZÅÄÖ]))+"
_FIRST = re.compile(rf"\b({_CAPITAL})(?=[ \t]+({_REST})(?:[ \t]+({_REST}))?)")


def spans(text: str) -> list[tuple[int, int]]:
    """Where names of people stand in a text, from the first name to the end of the last; they do not overlap."""
    found: list[tuple[int, int]] = []
    for match in _FIRST.finditer(text):
        if found and match.start() < found[-1][1]:
            continue
        first, last = match[1], match[2]
        sure = first in _NAMES or (first not in _UNSURE and "-" in first and first.partition("-")[0] in _NAMES)
        if not sure and not (first in _UNSURE and _SURNAME.search(last)):
            continue
        # A second first name: the surname is the next.
        end = match.end(3) if match[3] and last in _NAMES else match.end(2)
        if last.startswith(_PLACES) or len(last) < 3 or _THING.match(text, end):
            continue
        found.append((match.start(), end))
    return found


def cut(text: str, *, by: str) -> str:
    """The text with names of people replaced."""
    parts, at = [], 0
    for start, end in spans(text):
        parts += [text[at:start], by]
        at = end
    return "".join([*parts, text[at:]])
