/** `2026-11-22 04:15:30 -06:00`: a time as a person reads it, in its zone and with its offset. */
export type LocalTime = (instant: string) => string;

const GMT = 'GMT';

/** @throws RangeError for a zone that this runtime does not know */
export function localTimeIn(zone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    const offset = part('timeZoneName').replace(GMT, '');
    return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offset === '' ? '+00:00' : offset}`;
  };
}
