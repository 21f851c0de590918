import * as z from 'zod';
import { ageMembers, ageOf, answer, answerOrError } from '../answer.ts';
import type { AareApi } from '../api.ts';
import { knownCity } from '../cities.ts';
import { flowSafety } from '../flow.ts';
import { explainSwissGerman, seasonalAdvice } from '../words.ts';
import { cityOrBern, nullableNumber, nullableText, readOnly, type ToolContext } from './common.ts';

const output = z.object({
  city: z.string(),
  aare: z.object({
    location: nullableText,
    location_long: nullableText,
    temperature: nullableNumber.describe('Water temperature in °C'),
    temperature_text: nullableText,
    swiss_german_explanation: nullableText,
    temperature_text_short: nullableText,
    flow: nullableNumber.describe('m³/s'),
    flow_text: nullableText,
    height: nullableNumber.describe('Water level in metres above sea level'),
    forecast2h: nullableNumber.describe('Water temperature in two hours, °C'),
    forecast2h_text: nullableText,
    warning: nullableText.describe('Set when the flow is dangerous'),
  }),
  seasonal_advice: z.string(),
  weather: z
    .object({ current: z.unknown(), today: z.unknown() })
    .optional()
    .describe('Weather now and today, as the API tells it'),
  forecast: z.unknown().optional().describe('Weather of the coming days, as the API tells it'),
  ...ageMembers,
});

export function addConditionsTool({ server, api, now }: ToolContext): void {
  server.registerTool(
    'get_current_conditions',
    {
      title: 'Current conditions',
      description:
        'Everything about the river Aare in one Swiss city right now: water temperature, flow (m³/s), level, ' +
        'forecast for two hours, danger warning, and the weather. Use it for "can I swim now?" and full reports.',
      inputSchema: z.object({ city: cityOrBern }),
      outputSchema: output,
      annotations: readOnly,
    },
    ({ city }) => answerOrError(async () => answer(await currentConditions(api, city, now()))),
  );
}

async function currentConditions(api: AareApi, asked: string, now: number): Promise<z.output<typeof output>> {
  const city = await knownCity(api, asked);
  const reading = await api.current(city);
  const { aare, weather } = reading.value.read;
  const temperature = aare.temperature ?? aare.temperature_prec;
  return {
    city,
    aare: {
      location: aare.location,
      location_long: aare.location_long,
      temperature,
      temperature_text: aare.temperature_text,
      swiss_german_explanation: explainSwissGerman(aare.temperature_text, temperature),
      temperature_text_short: aare.temperature_text_short,
      flow: aare.flow,
      flow_text: aare.flow_text,
      height: aare.height,
      forecast2h: aare.forecast2h,
      forecast2h_text: aare.forecast2h_text,
      warning: flowSafety(aare.flow, aare.flow_scale_threshold).warning,
    },
    seasonal_advice: seasonalAdvice(now),
    ...(weather === null ? {} : { weather: { current: weather.current, today: weather.today } }),
    ...(weather === null || weather.forecast === null ? {} : { forecast: weather.forecast }),
    ...ageOf(reading),
  };
}
