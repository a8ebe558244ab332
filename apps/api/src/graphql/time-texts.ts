/** Texts of times, read on the hot path: one regular expression and whole numbers. */
const day = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const clock = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const instantForm = new RegExp(`^${day}T${clock}(?:(Z)|([+-])(\\d{2}):(\\d{2}))$`);
const localForm = new RegExp(`^${day}(?:T${clock})?$`);
const offsetForm = /^[+-](?:0\d|1[0-8]):[0-5]\d$/;

/** Does ISO 8601 text with an offset name an instant? Then in UTC to the millisecond (further digits are cut), else null. Leap seconds are not taken. */
export function instantOf(text: string): string | null {
  const parts = instantForm.exec(text);
  if (parts === null) return null;
  const [, year, month, date, hour, minute, second = '0', fraction = '', zulu, sign, offsetHours = '0', offsetMinutes = '0'] = parts;
  if (!isDate(year, month, date) || !isTime(hour, minute, second)) return null;
  if (Number(offsetHours) > 18 || Number(offsetMinutes) > 59) return null;
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(date), Number(hour), Number(minute), Number(second), ms);
  const ahead = zulu === undefined ? (sign === '-' ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 : 0;
  const printed = new Date(wall - ahead).toISOString();
  // Texts of instants sort as their times do only while the year has four digits.
  return printed.length === 24 ? printed : null;
}

/** Is it an instant as {@link instantOf} gives it? */
export function isPrintedInstant(text: string): boolean {
  const ms = text.length === 24 ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/** A date or a date with a time, if the calendar and the clock have it; else null. Given back as it came. */
export function localTimeOf(text: string): string | null {
  const parts = localForm.exec(text);
  if (parts === null) return null;
  const [, year, month, date, hour = '0', minute = '0', second = '0'] = parts;
  return isDate(year, month, date) && isTime(hour, minute, second) ? text : null;
}

/** `-06:00`: within the 18 hours that ISO zones can be off UTC. */
export const isOffset = (text: string): boolean => offsetForm.test(text);

/** Years before 1000 are typing errors; `Date.UTC` would also read those below 100 as 1900 and later. */
const yearMin = 1_000;

function isDate(yearText = '', monthText = '', dayText = ''): boolean {
  const [year, month, date] = [Number(yearText), Number(monthText), Number(dayText)];
  if (year < yearMin || month < 1 || month > 12 || date < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  // 31 days in January, March, May, July; from August on in the even months.
  const days = month === 2 ? (leap ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
  return date <= days;
}

function isTime(hour = '', minute = '', second = ''): boolean {
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}
