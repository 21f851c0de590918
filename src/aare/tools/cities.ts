import * as z from 'zod';
import { ageMembers, ageOf, answer, answerOrError } from '../answer.ts';
import { nullableNumber, nullableText, readOnly, type ToolContext } from './common.ts';

const entry = z.object({
  city: z.string().describe('The key other tools take'),
  name: nullableText,
  longname: nullableText,
  coordinates: z.object({ lat: nullableNumber, lon: nullableNumber }).nullable(),
  temperature: nullableNumber.describe('Water temperature in °C'),
  ...ageMembers,
});

export function addCitiesTool({ server, api }: ToolContext): void {
  server.registerTool(
    'list_cities',
    {
      title: 'Cities',
      description:
        'All cities on the river Aare that are measured, with coordinates and current water temperature (°C). ' +
        'Use it to learn which values the argument `city` of the other tools may have.',
      inputSchema: z.object({}),
      outputSchema: z.object({ cities: z.array(entry), ...ageMembers }),
      annotations: readOnly,
    },
    () =>
      answerOrError(async () => {
        const reading = await api.cities();
        const age = ageOf(reading);
        const cities = reading.value.read.map(({ city, name, longname, coordinates, aare }) => {
          return { city, name, longname, coordinates, temperature: aare, ...age };
        });
        // The text is the bare list; structured content has to be an object.
        return answer({ cities, ...age }, cities);
      }),
  );
}
