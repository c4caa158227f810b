"""Verifies a provider as a project that uses pact-python does. The options are JSON, in the first argument."""

import json
import re
import sys

from pact import Verifier


def snake(name):
    return re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), name)


options = json.loads(sys.argv[1])
verifier = Verifier(options["provider"], host="127.0.0.1").add_transport(url=options["providerUrl"])
verifier.state_handler(options["statesUrl"], body=True)
if "publish" in options:
    publish = options["publish"]
    verifier.set_publish_options(publish["version"], publish["buildUrl"], publish["branch"], publish["tags"])
if options["places"]:
    for place in options["places"]:
        verifier.add_source(place)
elif options["selectors"]:
    source = verifier.broker_source(options["brokerUrl"], token=options["token"], selector=True)
    for selector in options["selectors"]:
        source.consumer_version(**{snake(key): value for key, value in selector.items()})
    source.provider_branch(options["branch"])
    if options["pending"]:
        source.include_pending()
    if options["wipSince"]:
        source.include_wip_since(options["wipSince"])
    source.build()
else:
    verifier.broker_source(options["brokerUrl"], token=options["token"])
try:
    verifier.verify()
except RuntimeError as error:
    print(verifier.output(strip_ansi=True))
    sys.exit(str(error))
print(verifier.output(strip_ansi=True))
