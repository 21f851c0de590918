import * as z from 'zod';
import { ageMembers, ageOf, answer, answerOrError } from '../answer.ts';
import { knownCity } from '../cities.ts';
import { flowSafety } from '../flow.ts';
import { cityOrBern, nullableNumber, nullableText, readOnly, type ToolContext } from './common.ts';

const output = z.object({
  city: z.string(),
  flow: nullableNumber.describe('m³/s'),
  flow_text: nullableText,
  flow_threshold: z.number().describe('m³/s from which the flow is elevated'),
  safety_assessment: z.string(),
  danger_level: z
    .int()
    .min(1)
    .max(5)
    .nullable()
    .describe('1 safe, 2 moderate, 3 elevated, 4 high, 5 very high; null when the flow is not known'),
  ...ageMembers,
});

export function addDangerTool({ server, api }: ToolContext): void {
  server.registerTool(
    'get_flow_danger_level',
    {
      title: 'Flow and danger level',
      description:
        'How strongly the river Aare flows in one Swiss city (m³/s) and how dangerous that is for swimmers, ' +
        'from 1 (safe) to 5 (very high). Use it for every question about safety.',
      inputSchema: z.object({ city: cityOrBern }),
      outputSchema: output,
      annotations: readOnly,
    },
    (args) =>
      answerOrError(async () => {
        const city = await knownCity(api, args.city);
        const reading = await api.current(city);
        const { flow, flow_text, flow_scale_threshold } = reading.value.read.aare;
        const safety = flowSafety(flow, flow_scale_threshold);
        return answer({
          city,
          flow,
          flow_text,
          flow_threshold: safety.threshold,
          safety_assessment: safety.assessment,
          danger_level: safety.level,
          ...ageOf(reading),
        } satisfies z.output<typeof output>);
      }),
  );
}
