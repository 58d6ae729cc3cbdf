"""process-template: prints a packaged template, processed as CloudFormation does, as JSON.

    process-template.py TEMPLATE

SAM's own translator processes it, if the template has a transform. It comes from PyPI: run this with the Python that has it.
"""

import json
import sys
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        template: dict[str, Any] = json.load(file)
    if "Transform" in template:
        defaults = {name: parameter.get("Default", "") for name, parameter in template.get("Parameters", {}).items()}
        template = Translator({}, Parser()).translate(sam_template=template, parameter_values=defaults)
    json.dump(template, sys.stdout)


if __name__ == "__main__":
    main()
