import * as z from 'zod';
import { ageMembers, ageOf, answer, answerOrError } from '../answer.ts';
import type { AareApi } from '../api.ts';
import { knownCity } from '../cities.ts';
import { flowSafety } from '../flow.ts';
import { seasonalAdvice } from '../words.ts';
import { cityOrBern, nullableNumber, nullableText, readOnly, type ToolContext } from './common.ts';

const hoursKnown = 2;
const hoursError = 'must be a whole number from 1 to 24';

const trends = ['rising', 'falling', 'stable', 'unknown'] as const;
type Trend = (typeof trends)[number];

const output = z.object({
  city: z.string(),
  current: z.object({
    temperature: nullableNumber.describe('Water temperature in °C'),
    temperature_text: nullableText,
    flow: nullableNumber.describe('m³/s'),
  }),
  forecast_2h: nullableNumber.describe('Water temperature in two hours, °C'),
  forecast_text: nullableText,
  trend: z.enum(trends).describe('stable: within ±0.3 °C'),
  temperature_change: nullableNumber.describe('°C until then'),
  recommendation: z.string(),
  seasonal_advice: z.string(),
  ...ageMembers,
});

export function addForecastTool({ server, api, now }: ToolContext): void {
  server.registerTool(
    'get_forecast',
    {
      title: 'Water temperature forecast',
      description:
        'Forecast of the water temperature of the river Aare in one Swiss city: value in two hours, trend, and ' +
        'whether to go now or wait. The API knows two hours ahead and no more.',
      inputSchema: z.object({
        city: cityOrBern,
        hours: z
          .int({ error: hoursError })
          .min(1, hoursError)
          .max(24, hoursError)
          .default(hoursKnown)
          .describe('How far ahead you would like to look; the forecast is for two hours in any case'),
      }),
      outputSchema: output,
      annotations: readOnly,
    },
    ({ city, hours }) => answerOrError(async () => answer(await forecast(api, city, hours, now()))),
  );
}

async function forecast(
  api: AareApi,
  asked: string,
  hours: number,
  now: number,
): Promise<z.output<typeof output>> {
  const city = await knownCity(api, asked);
  const reading = await api.current(city);
  const { aare } = reading.value.read;
  const temperature = aare.temperature ?? aare.temperature_prec;
  const change = temperatureChange(temperature, aare.forecast2h);
  const trend = trendOf(change);
  const warning = flowSafety(aare.flow, aare.flow_scale_threshold).warning;
  return {
    city,
    current: { temperature, temperature_text: aare.temperature_text, flow: aare.flow },
    forecast_2h: aare.forecast2h,
    forecast_text: aare.forecast2h_text,
    trend,
    temperature_change: change,
    recommendation: warning ?? advice[trend] + horizonNote(hours),
    seasonal_advice: seasonalAdvice(now),
    ...ageOf(reading),
  };
}

/** Rounded to hundredths, so that 17.3 − 17 is 0.3 and not a hair more. */
function temperatureChange(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.round((to - from) * 100) / 100;
}

function trendOf(change: number | null): Trend {
  if (change === null) return 'unknown';
  if (change > 0.3) return 'rising';
  return change < -0.3 ? 'falling' : 'stable';
}

const advice: Readonly<Record<Trend, string>> = {
  rising: 'The water is getting warmer: waiting pays off.',
  falling: 'The water is getting colder: go now rather than later.',
  stable: 'The temperature hardly changes: go whenever it suits you.',
  unknown: 'There is no forecast at the moment: go by the current values.',
};

function horizonNote(hours: number): string {
  return hours === hoursKnown ? '' : ` (The forecast is for ${hoursKnown} hours, not for ${hours}.)`;
}
