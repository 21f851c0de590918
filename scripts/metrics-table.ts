/** The table of metrics in docs/watching.md, made from what the code counts. */
import { COUNTED } from '../src/telemetry/counted.ts';
import { type Instrument, textLabel, textName } from '../src/telemetry/instrument.ts';
import { LOOKED_AT, OF_PROCESS } from '../src/telemetry/looked-at.ts';

export const INSTRUMENTS: readonly Instrument[] = [COUNTED, LOOKED_AT, OF_PROCESS].flatMap((group) =>
  Object.values<Instrument>(group),
);

const PLACE = /(<!-- metrics -->\n)[^]*?(<!-- \/metrics -->)/;

/** The page with its table as it must be. @throws Error where it has no place for one */
export function fillMetrics(page: string): string {
  if (!PLACE.test(page)) throw new Error('The page has no place for the table of metrics.');
  return page.replace(PLACE, (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`);
}

function table(): string {
  const rows = INSTRUMENTS.map((instrument) => {
    const labels = instrument.labels.map((label) => `\`${textLabel(label)}\``).join(', ');
    return `| \`${textName(instrument)}\` | ${instrument.kind} | ${labels} | ${instrument.help} |`;
  });
  return ['| name | kind | labels | |', '|---|---|---|---|', ...rows].join('\n');
}
