"""seed_words: finds the words of a wallet in a text. Twelve or more of them in a row give its money away.

The first four letters identify each of the 2,048 English words of BIP 39. Here a word is these letters and its length. A sentence is
no wallet: 'the', 'and' and 'for' are none of them.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Set, Tuple

FEWEST = 12
WORD = re.compile("[A-Za-z]{3,8}")
# In the order of the list, each without the letters that it has in common with the word before, and its length.
ENTRIES = (
    "aban7il7le4ou5v5se6o6t8u6us5cce6i8o7u6hi7id4ou8qu7ro6t3i6o5r7u6dap5d3i6r7ju6mi5ul5va7i6ero7ffa6o6ra6gai5e3n5re5hea5im3r3p7sl5lar"
    "5bu5co7er5ie5l3e5o5mo6on5ph5re7so4te5wa6mat7z7on5u6us6nal7ch6i7ge5l5r5im6kl5no8u6ot7sw6te7i7xi7y3par5ol7pe6l5r7ri5rch4t6ea4n5gu5"
    "m3e5o5y4ou6ra7e6i6o5t3e8i6w7sk3pe6sa7e5i6u6th6thl7om4ta6e6i8r7uct7di5gu6nt4th6o4u6ver7oc7i5wak5r5y4es7fu5kw7xis4baby4ch8o5dg5g3l"
    "a7c7l4mb6na6n6r3e6g7r6se4i5k6tt6eac5n4u6ca7o6ef4fo6gi5ha6i6li7o5t4nc5e7st4tr6t6w7yo6icy7d3ke4nd4ol7rd4t5tt6lac5d5m5n7s5ea5s5in5o"
    "o5s7u6ue4r4s5oar5t4dy4il4mb4ne4u5ok4s5rd6i6r6ss4tt6un6x3y3rac7i5n5s5v5ea5e6ic5d6e5g6n5s5oc8k6n6o5t7w5us5ubb6dd5g6ff7il5lb4k4l6nd"
    "6k6rd6g6s5s3i8y4tt6ye5zz4cabb7i5l5ct6ge4ke4ll4m4me6p4n3a5c6d5n6o5v6y6pa7i7t7r3b6d4g5p6r5t4se4h4i6t6u6t3a7c5e8t6ug6s5t7ve4eil7le6"
    "me6ns6t7re6t7hai5l5m8n6o5p7r6s5t4ea5c5e6f4r6s5ic7e5l5m7oi6o6ro7uc7n5r5iga5nn8rc6ti7y4vi5lai5p4r7w4y4ea5r5v6ic5e6f5m5n6p4oc5g4s5t"
    "5u5w5ub4m5s7t6oac5s5co7de4ff6il4n4ll7o5u6mb7e4f7i5m6p7nc7d7f7g8n7s8t7v8ok4l4pp6y4ra5e4n4r7st4tt6uc5n7p6r6s6ve5yo6rac5d6f5m4n5s5t"
    "6w5z5ea5d6e5w4ic7m5s5t6op4s5u6w5uc7e5i6m7n6s5y3s7ube4lt7p3b8ri7r7t7v5sh7t6te4ycl5dad3ma6p4nc5g6ri6sh4ug8wn4y3eal4ba6r6ca6e8i6l7o"
    "8r8er4fe7i6y4gr6la5i7ma6i6ni6t7y4pa6e6o7t5u6ri6sc8e6i6k4p7t7ta6e6ve7i6o6iag7l4m7r5ce4es6t4ff6gi7n7le7nn6o8re6t4sa8c8e7h4m7o8p7t8"
    "ve6i6o7zz5oct6u8g3ll4p7ma6na6k6o5or4se4ub6ve4raf5g6m5s7w4ea5s5if5l5n5p4v5op4um4y3uck4mb4ne4ri6st4tc5y4war5yna7eage5l5rl5n4t5si6t"
    "4y4cho4ol7n7dge4it4uc7ffo6gg3igh5th6lbo5de5ec8g7m7p8v8it5se4mba6o6r7er6ot7pl6o7t5nab6c5d3l7o7em5r6fo7ga6i6ha7jo5li6ou6ri6o6su6te"
    "5i6r5ve8pis7qua5i5ra3s5od5s7ro5up5sca6sa5e7ta6ter7hi6vid8l4ok5l6xac5m7ce6h8i6l7u6ec7r8ha7i7il5s5t4ot6pa6e6i6l7o6r7te6r5ye3b7fabr"
    "6ce4u7de4in5t5ll4s5me4i6o6n3c5t7rm4sh7t3a5h6i7ul5vo8eat7br8de7e3d4l4ma6nc5st8tc5ve5w3ibe5ct7el5gu6le4m4t6na5d4e4g6i6re4m4s5sc6h4"
    "t3n7x3lag4m5s5t4v6ee4ig6p4oa5c5o5w6ui5s5y3oam4cu5g3il4ld4l6od4t4rc5e6g6k4t7u5w7ss6t6un5x3rag7m5eq8s5ie6n6og4n5s5w5z6ui5uel4n3n5r"
    "n7y4tu6gadg6in4la6l7me4p3ra6b7d6l6m7s3p4te4h6ug5ze4ene7i6r5t6u7st7hos5ian5ft4gg6ng6ra7l4ve4lad4n6r5s5id5m7ob5o5r5v5w4ue4oat4dd7l"
    "d4od4s5ri7sp6s6ve6wn4rab4c5i5n5p5s5v7ea5e5id4e5t4oc7u5w4un5uar5es5id5l5t6n3ym3habi5ir4lf4mm6s7nd4pp5rb6d4s5v7t3ve4wk4za6ead4l6r5"
    "v5dg8ig6ll5m6p4n3ro4idd6gh4ll4nt4p3re4st7obb5ck6ld4e4i7l6me4ne5od4pe4rn4r6s5sp8t4te5ur4ve5ub3ge4ma5b6o5nd7g6t4rd6r5t4sb7ybr6ice3"
    "on4dea4n8le4gno6ll3e7n7mag5it7me7u6pa6o6r7u7nch4l7o6r8de5i8o6u8fa6l7o6ha6e7it7je6u6ma6ne5o8pu5qu7sa6e6i6p7t7ta6e8o4ve6i6o7ron4sl"
    "a6ol7su5tem4vor5jack6gu6r3zz4eal7n5ll5we5ob3in4ke4ur7y3udg5ic5mp4ng6i6k4st4kang8een4p4tc7y3ick4d3n6nd4g7ss4t3c7e4t6wi4nee4if5oc5"
    "w4lab3e5o5dd6y4ke4mp4ng8pt6rg5te5i5ug5n7va4w3n4s7ye5zy4ead6f4r5v5ct7ft4g3a5e6is7mo5nd4g6s4op7ss6tt6ve5iar4be7r7ce7fe4t4gh5ke4mb4"
    "i5nk4on4qu6st4tt6ve4za6oad4n4bs7ca5k4gi5ne6g4op4tt7ud4n6ve4ya5uck5gg7mb6na5c5xu6yri6mach7d3gi5n6id4l4n4jo5ke4mm6n3a6d7g5s7u6pl5r"
    "b6c5g6i6k6r8sk4s4t6tc5e8h4r6t6xi7ze4ead6n4s7t4ch8da5i5lo6t4mb6o6nt7u4rc5g5i5r5sh4s7ta5h6idd6n8lk4l7mi5nd4i7o5u6ra7r6se6s4t7x3e5t"
    "7obi6de5i6m3e6ni7k6s7t5on4ra5e4n7sq8th6i6o5un8s5ve4i5uch4ff6le4t8sc6e6h8i5t4tu6yse6t7th4naiv5me4pk6rr6st5ti6u6ear4ck4ed4ga8l7it7"
    "ph6rv5st4t3w7ut7ve5ws4xt4ice4gh5obl5is5mi7od6rm6t5se4ta7e4h7i6ve5w3ucl7mb6rs5t3oak3bey4je6li6sc7e7ta6vi7ccu5ea5to7dor4ff3e5i6te5"
    "il3kay4ld3iv5ym7mit4nce4e3io5li6y4pen4r5in7po6ti6ran6bi5ch7de5i8ga5ie6g8ph6str7the5utd7e5p6s7val4en4r4wn3e5xyg6yst6zon5pact4dd6g"
    "e4ir4la6m4nd5e5i5t7pe5ra6e6k4r6t5ss4tc5h4i7r6t7us5ve4ym7eac5n6r4s7li7n3a7c6op6pp6rf7m6s6t3hon5t5ra6ys8ian5cn6t7ec5g3e6ll4o5nk4on"
    "7pe4st6tc5zz5lac5n6s7t5y4ea6d6uc5g4n6oem4t4in5la5e4i6nd4y4ol4pu7rt7si8s8t4ta6t7ve7wd6e5rac8i6ed7f6p7s7t6v7ic5d5m7n5o8s6v7z5ob7c7"
    "d7f6g7j7m7o5p8s7t7u5v7ubl6dd7ll4p4s5mp7nc5pi5p5rc8i6p7s5sh4t3zz6yra7qual7n7r7es8ic5t4z4ot5rabb6cc7e4k4da5i5il4n4s5ll5mp4nc5d6g5p"
    "i5re4te4h6ve5w3zo5ead5l4s6be5u7ca6e7i6o6y7du6fl7o6u6gi6r6u7je6la5e7i6y4ma6e8i6o6nd6e5t4op6pa6e6l7o6qu7sc6e8i6o8p8u6ti6r7u6un7ve6"
    "i6wa6hyt6ib3b6ce4h4de4g5fl5gh5i5ng4ot4pp6sk4tu6va5e5oad4s5bo5u6ck6ma7of4k6m4se4ta6ug5n5t5ya5ubb6de4g3le4n3w6ra5sad3d6n7fe4il4la5"
    "m6o5t4u6me4p6nd4ti7o7uc5s7ve4y3cal5n4r5t7en5he6o6ie7s8or8u5ra5e6i6u5ea3r6s6t4co6r6t7u8ed4k4gm7le6l4mi7ni6s5t8ri6v7ss7tt6u5ve5had"
    "6f5l7r5ed4l5r7ie6f5n5p4v6oc5e4o5p4r5u8v5ri6u5uf7y3ibl7ck4de4eg5gh5n4le6k4l5v6mi7p6nc5g4re5st6tu7x3ze4kat5et6i3l5n4r5ul5lab4m4ee5"
    "n7ic5d5g6m4og6t4w4us5mal5r5il5ok5o6nac5k5p4if5ow4oap4cc6i6k4da4ft4la5d7i5u8v5me7ng4on4rr5t4ul4n5p4r6t5pac5r5t7w5ea5c7e5l5n5he6ic"
    "5d6k5n4r6li5oi5n7o5r5t4ra5e6i6y3qua6e7i8tab6d7f5g5i6m5n5r5t5y4ea5e5m4p4r6ic5l5n5oc5m7n5o5r5v5ra8e6i6o6u8ud7f5m7yl5ubj7m6w6cc7h4d"
    "d6ff6ga5g7it4mm6n3n5s6pe5p6r7re4f7g5p8r8v6sp7t7wal7m5p4r5ea5e5if5m4n5t6or5ymb6p7ru5st6tabl5ck6g3il4le6k4nk4pe4rg6sk4t5tt6xi4eac5"
    "m4ll4n3a6n6t4rm4st4xt4han5t4em5n4o6r5y4in5s4ou7re5i6o5um5n7ick6de4ge5lt4mb6e4ny4p3re5ss6tl5oas5ba7da5d7e3ge8il6ke5ma6o8ne4g6i7ol"
    "4t5p3i5p6rc5n7t8ss4ta5ur7wa6e5n4y3rac5d5f7g6i5n8p4s5v6y4ea5e4n5ia5b5c5g7m4p4op6u7uc5e4l5m7s5t5y3ube4it7mb6na4n6rk6n4t6wel6n6ic5n"
    "4s5o3ype4i7ugly4mbr8nab6w7cl5o7de5o4fa6o6ha7if7q6t4v8kn7lo6ti5us7ve6pda6gr7ho6on4pe5se5rba5ge4sag5e3d4f6l7ua5til7vaca6u6gu5li5l6"
    "v5n3i6po5ri7st4ul5ehi7lv6nd6t7u5rb4i6s7y4ss6te7iab6br7ci7t7de5ew4ll7nt7ol6rt7u5sa4i5u6ta5vi5oca5ic5d4lc7u6te4ya6wage4o5it4lk4l4n"
    "6nt4rf7m4r7sh4p4t5te5ve4y3eal6p6r4s6t7b3dd7ek7ir5lc7st4t3hal5t4ea5e5n4r5ip4s7ide4t5fe4ld4l4n3d6e4g4k4n6t6re4sd6e4h4tn7olf4ma5nd6"
    "od4l4rd4k4l5r5t5rap4ec5s7is5t5on5yard4ear4ll6ou3n5t5zebr5ro4one4o3"
)


def known_words() -> Set[Tuple[str, int]]:
    found, former = set(), ""
    for letters, length in re.findall("([a-z]*)([0-9])", ENTRIES):
        former = former[:min(4, int(length)) - len(letters)] + letters
        found.add((former, int(length)))
    return found


KNOWN = known_words()


def wallets(text: str, start: int, end: int) -> Iterator[Tuple[int, int]]:
    """Where in text[start:end] enough words are in a row."""
    row = []
    for word in [*WORD.finditer(text, start, end), None]:
        if word and (word.group().lower()[:4], len(word.group())) in KNOWN:
            row.append(word)
            continue
        if len(row) >= FEWEST:
            yield row[0].start(), row[-1].end()
        row = []
