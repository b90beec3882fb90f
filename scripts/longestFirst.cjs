const { default: Sequencer } = require('@jest/test-sequencer');

/** The specs that take longest: begun last, each of them would leave the other workers without work. */
const longest = [
  'spec/chaos/chaos',
  'spec/simulation/simulation',
  'spec/e2e/nginx',
  'spec/conformance/embeddedConsul',
  'spec/e2e/otherClients',
  'spec/e2e/demo',
  'spec/conformance/realConsul',
  'spec/e2e/failover',
  'spec/simulation/sharedWorlds',
];

/** A fresh checkout knows no durations, and jest would go by the size of the files. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = longest.findIndex((spec) => path.endsWith(`/${spec}.spec.ts`));
      return at < 0 ? longest.length : at;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
