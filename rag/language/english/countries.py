"""Countries, unions of states, and the adjectives made of them."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTRIES = _words("""
afghanistan albania algeria america angola argentina armenia australia austria azerbaijan bahrain bangladesh belarus
belgium bolivia bosnia brazil britain bulgaria burma cambodia cameroon canada chile china colombia congo croatia cuba
cyprus czechia denmark ecuador egypt england eritrea estonia ethiopia europe finland france germany ghana greece
guatemala hungary iceland india indonesia iran iraq ireland israel italy japan jordan kazakhstan kenya kosovo kuwait
kyrgyzstan laos latvia lebanon libya lithuania luxembourg malaysia mali malta mexico moldova mongolia morocco
mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay
peru philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia slovenia
somalia spain sudan sweden switzerland syria taiwan tajikistan tanzania thailand tunisia turkey turkmenistan uganda
ukraine uruguay us usa uk uae un eu nato ussr uzbekistan venezuela vietnam wales yemen zambia zimbabwe gaza asia
africa
""")
NATIONALITIES = _words("""
afghan albanian algerian american arab argentine argentinian armenian asian australian austrian azerbaijani belarusian
belgian bosnian brazilian british bulgarian canadian chilean chinese christian colombian croatian cuban czech danish
dutch egyptian english estonian ethiopian european finnish french georgian german greek hungarian indian indonesian
iranian iraqi irish islamic israeli italian japanese jewish jordanian kazakh kenyan korean kurdish kuwaiti latvian
lebanese libyan lithuanian mexican moroccan muslim nigerian norwegian omani pakistani palestinian persian polish
portuguese qatari roman romanian russian saudi scottish serbian slovak soviet spanish sudanese swedish swiss syrian
taiwanese thai tunisian turkish ukrainian vietnamese western yemeni
""")
UNIONS = _words("eu un nato")
NOT_STATES = UNIONS | _words("us usa uk uae ussr america europe gaza asia africa")
"""What is listed with the countries and is an abbreviation or larger or smaller than a country."""
ALIASES = {"usa": "US", "turkiye": "turkey", "kiev": "kyiv", "burma": "myanmar", "czechia": "czech"}
"""Other names of one country or capital: in lower case without accents, to what they are compared as."""
