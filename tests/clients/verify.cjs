// Verifies a provider as a project that uses pact-js does. The options are JSON, in the first argument.
const { Verifier } = require("@pact-foundation/pact");

new Verifier(JSON.parse(process.argv[2])).verifyProvider().then(
  (output) => console.log(output),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
