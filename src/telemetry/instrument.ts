/** One thing that is counted or looked at: its name, its unit, what it means and by what it is told apart. */

/** `sum`: it may also shrink, and adds up over gateways. `gauge`: it does not add up. */
export type InstrumentKind = 'counter' | 'sum' | 'gauge' | 'histogram';

export interface Instrument {
  /** As OpenTelemetry knows it. */
  readonly name: string;
  readonly kind: InstrumentKind;
  /** UCUM: `s`, `By`, `1`, or what is counted, in braces. */
  readonly unit: string;
  /** By which it is told apart, as OpenTelemetry knows them. */
  readonly labels: readonly string[];
  readonly help: string;
  /** Of a histogram: the upper bounds. */
  readonly bounds: readonly number[];
}

type Make = (name: string, unit: string, labels: readonly string[], help: string) => Instrument;

const make =
  (kind: InstrumentKind): Make =>
  (name, unit, labels, help) => ({ name, kind, unit, labels, help, bounds: [] });

export const counter = make('counter');
export const sum = make('sum');
export const gauge = make('gauge');

/** Of times, in seconds. */
export function durations(
  name: string,
  bounds: readonly number[],
  labels: readonly string[],
  help: string,
): Instrument {
  return { name, kind: 'histogram', unit: 's', labels, help, bounds };
}

const UNITS: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/**
 * The name as Prometheus knows it.
 *
 * Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility".
 */
export function textName({ name, kind, unit }: Instrument): string {
  const plain = textLabel(name);
  const suffix = UNITS[unit] ?? '';
  const whole = plain.endsWith(suffix) ? plain : plain + suffix;
  return kind === 'counter' ? `${whole}_total` : whole;
}

export function textLabel(name: string): string {
  return name.replaceAll('.', '_');
}
