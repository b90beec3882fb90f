/** The gaps as a table, and whether two contenders ever led at once. */
export function reportOf(gaps, record) {
  const rows = gaps.map(({ event, from, to, gapMs, predicted, isPredicted }) => [
    ...[event, `${from} to ${to}`, `${gapMs.toFixed(1)} ms`.padStart(10), predicted],
    isPredicted ? 'as predicted' : 'NOT AS PREDICTED',
  ]);
  const terms = termsIn(record);
  const problems = terms.slice(1).flatMap((next, index) => problemsOf(terms[index], next));
  return {
    ok: problems.length === 0,
    text: [
      ...table([['event', 'leaders', 'measured'.padStart(10), 'predicted', ''], ...rows]),
      '',
      ...(problems.length > 0 ? problems : peace(terms, record)),
    ].join('\n'),
  };
}

/** Who led from when to when, in that order. A process that was killed led until it was gone. */
function termsIn(record) {
  const news = record.filter(({ kind }) => kind !== 'Said' && kind !== 'Wrote');
  return news
    .filter(({ kind }) => kind === 'Leader')
    .map((leader) => {
      const isEnd = ({ name, atMs }) => name === leader.name && atMs > leader.atMs;
      return { ...leader, untilMs: news.find(isEnd)?.atMs ?? Infinity };
    })
    .sort((one, other) => one.atMs - other.atMs);
}

function problemsOf(previous, next) {
  const pair = `${previous.name} (token ${previous.token}) and ${next.name} (token ${next.token})`;
  return [
    ...(next.atMs < previous.untilMs ? [`${pair} led at once.`] : []),
    ...(BigInt(next.token) > BigInt(previous.token) ? [] : [`The tokens of ${pair} do not rise.`]),
  ];
}

function peace(terms, record) {
  const tokens = terms.map(({ token }) => token).join(' < ');
  const writes = record.filter(({ kind }) => kind === 'Wrote').length;
  return [
    'Never two leaders at once.',
    `The leaders made ${writes} writes, under fencing tokens that rise: ${tokens}.`,
  ];
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
