import { gapMs } from './plainLine.mjs';
import { duration, exactly, predictedFailover, predictedHandover, wrapped } from './wording.mjs';

/** The table at the end, and a sentence on why for each of its rows. */
export function report({ results }, prediction, width) {
  const rows = results.map((result) => rowOf(result, prediction));
  return [
    ...table([['event', 'measured', 'predicted', ''], ...rows.map(({ cells }) => cells)]),
    '',
    ...rows.flatMap(({ why }) => wrapped(why, width)),
  ];
}

function rowOf(result, prediction) {
  return result.kind === 'Handover'
    ? ofHandover(result, prediction)
    : ofFailover(result, prediction);
}

function ofHandover(result, prediction) {
  const ms = gapMs(result);
  const asPredicted = ms <= prediction.handoverMs.worst;
  return {
    cells: ['handover', exactly(ms), predictedHandover(prediction), judged(asPredicted)],
    why:
      `Handover: ${result.from.name} released the lock before it went, which woke the blocking query ` +
      `of ${result.to.name}, and that took the lock: two round trips, of ` +
      `${duration(prediction.roundTripMs)} as measured, and what the processes needed.`,
  };
}

function ofFailover(result, prediction) {
  const ms = gapMs(result);
  const { best, worst } = prediction.crashFailoverMs;
  return {
    cells: [
      'failover',
      exactly(ms),
      predictedFailover(prediction),
      judged(best <= ms && ms <= worst),
    ],
    why:
      `Failover: nobody could say for ${result.from.name} that it was gone, so Consul ended its ` +
      `session ${duration(result.vacatedAtMs - result.from.atMs)} after the kill, at twice the TTL ` +
      `after its last renewal, and ${result.to.name} got the lock ` +
      `${duration(result.to.atMs - result.vacatedAtMs)} later, after the lock-delay.`,
  };
}

const judged = (asPredicted) => (asPredicted ? 'as predicted' : 'not as predicted');

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([event, measured, ...others]) =>
    [
      event.padEnd(widths[0]),
      measured.padStart(widths[1]),
      ...others.map((cell, index) => cell.padEnd(widths[index + 2])),
    ]
      .join('   ')
      .trimEnd(),
  );
}
