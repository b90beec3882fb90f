// Elections that are broken on purpose, each of which a rule has to catch.
exports.mutants = [
  ...require('./elections.cjs'),
  ...require('./work.cjs'),
  ...require('./groups.cjs'),
];
