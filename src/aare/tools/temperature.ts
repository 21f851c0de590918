import * as z from 'zod';
import { ageMembers, ageOf, answer, answerOrError } from '../answer.ts';
import type { AareApi } from '../api.ts';
import { knownCity } from '../cities.ts';
import { AareError } from '../error.ts';
import { flowSafety } from '../flow.ts';
import { explainSwissGerman, seasonalAdvice } from '../words.ts';
import { cityOrBern, nullableNumber, nullableText, readOnly, type ToolContext } from './common.ts';

const output = z.object({
  city: z.string(),
  temperature: nullableNumber.describe('Water temperature in °C'),
  temperature_text: nullableText.describe('How it feels, in Swiss German'),
  swiss_german_explanation: nullableText,
  name: nullableText,
  warning: nullableText.describe('Set when the flow is dangerous'),
  suggestion: nullableText.describe('A warmer city, when the water is cold here'),
  seasonal_advice: z.string(),
  temperature_prec: nullableNumber.describe('Water temperature in °C, more decimals'),
  temperature_text_short: nullableText,
  longname: nullableText,
  ...ageMembers,
});

export function addTemperatureTool({ server, api, now }: ToolContext): void {
  server.registerTool(
    'get_current_temperature',
    {
      title: 'Current water temperature',
      description:
        'How warm the river Aare is right now in one Swiss city (°C), with the Swiss German description and ' +
        'its meaning, a warning when the flow is dangerous, and a warmer alternative when it is cold. ' +
        'Use it for "how warm is the Aare?"; for flow and weather as well, use get_current_conditions.',
      inputSchema: z.object({ city: cityOrBern }),
      outputSchema: output,
      annotations: readOnly,
    },
    ({ city }) => answerOrError(async () => answer(await currentTemperature(api, city, now()))),
  );
}

async function currentTemperature(
  api: AareApi,
  asked: string,
  now: number,
): Promise<z.output<typeof output>> {
  const city = await knownCity(api, asked);
  const reading = await api.current(city);
  const { aare } = reading.value.read;
  const temperature = aare.temperature ?? aare.temperature_prec;
  return {
    city,
    temperature,
    temperature_text: aare.temperature_text,
    swiss_german_explanation: explainSwissGerman(aare.temperature_text, temperature),
    name: aare.location,
    warning: flowSafety(aare.flow, aare.flow_scale_threshold).warning,
    suggestion: reading.stale ? null : await warmerCity(api, city, temperature),
    seasonal_advice: seasonalAdvice(now),
    temperature_prec: aare.temperature_prec,
    temperature_text_short: aare.temperature_text_short,
    longname: aare.location_long,
    ...ageOf(reading),
  };
}

const coldBelow = 18;
const worthwhile = 1;

/** A hint is no reason to fail: without live values of the other cities there is none. */
async function warmerCity(api: AareApi, city: string, temperature: number | null): Promise<string | null> {
  if (temperature === null || temperature >= coldBelow) return null;
  const cities = await liveCities(api);
  let warmest: { name: string; temperature: number } | undefined;
  for (const other of cities) {
    if (other.city === city || other.aare === null) continue;
    if (warmest === undefined || other.aare > warmest.temperature) {
      warmest = { name: other.name ?? other.city, temperature: other.aare };
    }
  }
  // Rounded to hundredths: 18.1 − 17.1 is a hair more than 1 in binary.
  const gain = warmest === undefined ? 0 : Math.round((warmest.temperature - temperature) * 100) / 100;
  if (warmest === undefined || gain <= worthwhile) return null;
  return `It is warmer in ${warmest.name}: ${warmest.temperature} °C, ${gain} °C more. Check the flow there too.`;
}

async function liveCities(api: AareApi) {
  try {
    const reading = await api.cities();
    return reading.stale ? [] : reading.value.read;
  } catch (error) {
    if (error instanceof AareError) return [];
    throw error;
  }
}
