// Times openapi-pact-comparator: node comparator.cjs FOLDER DESCRIPTION CONTRACT
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const [folder, description, contract] = process.argv.slice(2);
const load = createRequire(path.resolve(folder, "package.json"));

async function main() {
  const { Comparator } = await import(load.resolve("@pactflow/openapi-pact-comparator"));
  const oas = JSON.parse(fs.readFileSync(description, "utf8"));
  const pact = JSON.parse(fs.readFileSync(contract, "utf8"));
  const times = [];
  let findings = 0;
  for (let round = 0; round < 3; round += 1) {
    const start = process.hrtime.bigint();
    const comparator = new Comparator({ oas });
    findings = 0;
    for await (const result of comparator.compare(pact)) {
      if (result) findings += 1;
    }
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  console.log(
    `openapi-pact-comparator: first ${times[0].toFixed(0)} ms, best ${Math.min(...times).toFixed(0)} ms, ${findings} findings`,
  );
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
