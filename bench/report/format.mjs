const digits = (value) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

/** A number as it is shown, with its unit. */
export function shown(value, unit = '') {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(digits(value));
  return unit === '' ? text : `${text} ${unit}`;
}

/** Whether a figure is what it was to be; nothing where nothing was asked of it. */
export const verdictOf = ({ value, most }) =>
  most === undefined ? '' : value <= most ? 'reached' : 'missed';
