// How an election is broken: by putting something else in the place of a function of a module, which the build leaves
// in .cache before it joins them.
const { map } = require('rxjs');

const built = (path) => require(`../../../.cache/modules/cjs/${path}.js`);

/** Puts functions in the place of a module's own; the result puts them back. */
function patched(path, replacements) {
  const exported = built(path);
  const own = { ...exported };
  const others = replacements(own);
  for (const name of Object.keys(others)) {
    if (typeof own[name] !== 'function')
      throw new Error(`${path} has no function ${name} to break.`);
  }
  Object.assign(exported, others);
  return () => Object.assign(exported, own);
}

module.exports = {
  built,
  /** Breaks a module. */
  patching: (path, replacements) => ({ patch: () => patched(path, replacements) }),
  /** Breaks several at once. */
  patchingAll: (replacementsOf) => ({
    patch: () => {
      const undo = Object.entries(replacementsOf).map(([path, replacements]) =>
        patched(path, replacements),
      );
      return () => undo.forEach((each) => each());
    },
  }),
  /** Breaks the election from outside. */
  electing: (change) => ({
    patch: () => () => undefined,
    elect: (options) => change(options, built('leadership/leaderElection').leaderElection),
  }),
  /** Evidence that claims to be as old as its answer. */
  asOfNow: (consul) => map((said) => ({ ...said, sentAt: consul.time.now() })),
  safety: ['one leader at a time', 'inside the lease'],
};
