/**
 * What the API says, read leniently. A value may be null, missing or of a wrong kind, and is null then. Only
 * an answer without its main member is refused, so that rubbish never takes the place of a good value.
 */
import * as z from 'zod';

const text = z.string().nullable().catch(null);
const number = z.number().nullable().catch(null);
const anything = z.unknown().transform((value) => value ?? null);

const aareShape = z.object({
  location: text,
  location_long: text,
  timestamp: number,
  temperature: number,
  temperature_prec: number,
  temperature_text: text,
  temperature_text_short: text,
  flow: number,
  flow_text: text,
  // Named by some sources only; where it is missing, the threshold of Bern is assumed.
  flow_scale_threshold: number,
  forecast2h: number,
  forecast2h_text: text,
  height: number,
});

const noAare = aareShape.parse({});

/** `/v2018/current` */
export const currentShape = z.object({
  aare: aareShape.nullable().transform((aare) => aare ?? noAare),
  weather: z.object({ current: anything, today: anything, forecast: anything }).nullable().catch(null),
});

const cityShape = z.object({
  city: z.string().min(1),
  name: text,
  longname: text,
  coordinates: z.object({ lat: number, lon: number }).nullable().catch(null),
  aare: number,
});

/** `/v2018/cities`: entries without a key are left out; a list without any entry is refused. */
export const citiesShape = z
  .array(cityShape.nullable().catch(null))
  .transform((cities) => cities.filter((city) => city !== null))
  .refine((cities) => cities.length > 0, 'no city in the list');

const widgetCityShape = z.object({
  temperature: number,
  temperature_text: text,
  flow: number,
  flow_text: text,
});

/** `/v2018/widget`: without any city in it, it is refused. */
export const widgetShape = z.object({
  values: z
    .record(z.string(), widgetCityShape.nullable().catch(null))
    .refine((values) => Object.keys(values).length > 0, 'no city in the widget'),
  cities: z
    .array(z.object({ key: text, name: text }).catch({ key: null, name: null }))
    .nullable()
    .catch(null),
});

/** `/v2018/history`: sources disagree on the shape, so only what is no document at all is refused. */
export const historyShape = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

export type Current = z.output<typeof currentShape>;
export type City = z.output<typeof cityShape>;
export type Widget = z.output<typeof widgetShape>;
export type History = z.output<typeof historyShape>;
