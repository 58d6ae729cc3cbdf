"""process-template: prints a packaged template, processed as CloudFormation does, as JSON.

    process-template.py TEMPLATE

cfn-lint unrolls the loops (AWS::LanguageExtensions) with the default values of the parameters. SAM's own translator does
the rest. Both come from PyPI: run this with the Python that has them.
"""

import json
import sys
from typing import Any

from cfnlint.decode import decode
from cfnlint.template import Template
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator


def main() -> None:
    file = sys.argv[1]
    template = Template(file, decode(file)[0], ["eu-west-1"])
    wrong = template.transform()
    if wrong:
        sys.exit(str(wrong))
    plain: dict[str, Any] = json.loads(json.dumps(template.template))
    defaults = {name: parameter.get("Default", "") for name, parameter in plain.get("Parameters", {}).items()}
    processed = Translator({}, Parser()).translate(sam_template=plain, parameter_values=defaults)
    json.dump(processed, sys.stdout)


if __name__ == "__main__":
    main()
