import * as z from 'zod';
import { ageMembers, ageOf, answer, answerOrError } from '../answer.ts';
import type { AareApi } from '../api.ts';
import { knownCity } from '../cities.ts';
import { flowSafety } from '../flow.ts';
import type { Widget } from '../shapes.ts';
import { seasonalAdvice } from '../words.ts';
import { cityName, nullableNumber, nullableText, readOnly, type ToolContext } from './common.ts';

const compared = z.object({
  city: z.string(),
  name: nullableText,
  temperature: nullableNumber.describe('Water temperature in °C'),
  temperature_text: nullableText,
  flow: nullableNumber.describe('m³/s'),
  flow_text: nullableText,
  danger_level: nullableNumber.describe('1 safe to 5 very high; null when the flow is not known'),
  safety_assessment: z.string(),
});

const output = z.object({
  cities: z.array(compared),
  warmest: compared.nullable(),
  coldest: compared.nullable(),
  safest: compared.nullable().describe('Lowest danger level, then lowest flow'),
  comparison_summary: z.string(),
  recommendation: z.string(),
  seasonal_advice: z.string(),
  ...ageMembers,
});

type Compared = z.output<typeof compared>;

export function addCompareTool({ server, api, now }: ToolContext): void {
  server.registerTool(
    'compare_cities',
    {
      title: 'Compare cities',
      description:
        'Compares water temperature, flow and danger of the river Aare in several Swiss cities (all by default): ' +
        'the warmest, the coldest, the safest, and where to swim. Use it for "where is it best?".',
      inputSchema: z.object({
        cities: z
          .array(cityName)
          .min(1)
          .max(20)
          .optional()
          .describe('Cities to compare, e.g. ["bern", "thun"]; leave out for all'),
      }),
      outputSchema: output,
      annotations: readOnly,
    },
    ({ cities }) => answerOrError(async () => answer(await compareCities(api, cities, now()))),
  );
}

async function compareCities(
  api: AareApi,
  asked: readonly string[] | undefined,
  now: number,
): Promise<z.output<typeof output>> {
  const wanted = asked === undefined ? undefined : await knownCities(api, asked);
  const reading = await api.widget();
  const widget = reading.value.read;
  const cities = (wanted ?? Object.keys(widget.values)).map((city) => compareOne(city, widget));
  const byTemperature = cities.filter(hasTemperature).sort((a, b) => b.temperature - a.temperature);
  const bySafety = cities.filter(hasFlow).sort(saferFirst);
  const warmest = byTemperature[0] ?? null;
  const coldest = byTemperature.at(-1) ?? null;
  return {
    cities,
    warmest,
    coldest,
    safest: bySafety[0] ?? null,
    comparison_summary: summary(cities.length, warmest, coldest),
    recommendation: recommendation(byTemperature),
    seasonal_advice: seasonalAdvice(now),
    ...ageOf(reading),
  };
}

/** One after the other: the first unknown name is enough to answer. */
async function knownCities(api: AareApi, asked: readonly string[]): Promise<string[]> {
  const known = new Set<string>();
  for (const city of asked) known.add(await knownCity(api, city));
  return [...known];
}

function compareOne(city: string, widget: Widget): Compared {
  const values = Object.hasOwn(widget.values, city) ? widget.values[city] : undefined;
  const flow = values?.flow ?? null;
  const safety = flowSafety(flow, null);
  return {
    city,
    name: widget.cities?.find((entry) => entry.key === city)?.name ?? null,
    temperature: values?.temperature ?? null,
    temperature_text: values?.temperature_text ?? null,
    flow,
    flow_text: values?.flow_text ?? null,
    danger_level: safety.level,
    safety_assessment: safety.assessment,
  };
}

function hasTemperature(city: Compared): city is Compared & { temperature: number } {
  return city.temperature !== null;
}

function hasFlow(city: Compared): city is Compared & { flow: number; danger_level: number } {
  return city.flow !== null && city.danger_level !== null;
}

type WithFlow = { flow: number; danger_level: number };

function saferFirst(a: WithFlow, b: WithFlow): number {
  return a.danger_level - b.danger_level || a.flow - b.flow;
}

function summary(count: number, warmest: Compared | null, coldest: Compared | null): string {
  if (warmest === null || coldest === null)
    return `No temperature is known for the ${count} cities compared.`;
  if (warmest === coldest) return `Only ${label(warmest)} has a temperature: ${warmest.temperature} °C.`;
  return (
    `${count} cities compared: warmest is ${label(warmest)} with ${warmest.temperature} °C, ` +
    `coldest is ${label(coldest)} with ${coldest.temperature} °C.`
  );
}

/** Warm counts only where the flow is known to be swimmable. */
function recommendation(byTemperature: readonly (Compared & { temperature: number })[]): string {
  const best = byTemperature.find((city) => city.danger_level !== null && city.danger_level <= 2);
  if (best === undefined)
    return 'No city is known to have a flow fit for swimming: better stay out of the water.';
  const cold = best.temperature < 14 ? ' The water is very cold: keep it short.' : '';
  return (
    `${label(best)}: ${best.temperature} °C is the warmest water with a flow fit for swimming ` +
    `(danger level ${best.danger_level}).${cold}`
  );
}

function label(city: Compared): string {
  return city.name ?? city.city;
}
