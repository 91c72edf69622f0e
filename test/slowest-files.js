/** Jest's reporter of the ten slowest test files, where there are more. */
module.exports = class SlowestFiles {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= SHOWN) return;
    const taken = testResults
      .map(({ testFilePath, perfStats }) => ({ file: testFilePath, seconds: perfStats.runtime / 1_000 }))
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, SHOWN);
    process.stderr.write("\nThe slowest files:\n");
    for (const { file, seconds } of taken) {
      process.stderr.write(`${seconds.toFixed(0).padStart(6)} s  ${file.slice(process.cwd().length + 1)}\n`);
    }
  }
};

const SHOWN = 10;
