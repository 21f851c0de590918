import { expect, it } from 'vitest';
import { flowSafety, usualThreshold } from '../../../src/aare/flow.ts';

it.each([
  [0, 1],
  [99.9, 1],
  [100, 2],
  [219.9, 2],
  [220, 3],
  [299.9, 3],
  [300, 4],
  [429.9, 4],
  [430, 5],
  [2000, 5],
])('%d m³/s is level %d', (flow, level) => {
  const safety = flowSafety(flow, null);
  expect([safety.level, safety.threshold]).toEqual([level, 220]);
  expect(safety.assessment).toMatch(/^(Safe|Moderate|Elevated|High|Very high):/);
  expect(safety.warning === null).toBe(level < 3);
});

it('never takes an unknown flow for safe', () => {
  const safety = flowSafety(null, null);
  expect([safety.level, safety.warning]).toEqual([null, null]);
  expect(safety.assessment).toMatch(/^Unknown/);
});

it('goes by the threshold the API names, when it names one', () => {
  expect(flowSafety(200, 150)).toMatchObject({ threshold: 150, level: 3 });
  expect(flowSafety(250, 280)).toMatchObject({ threshold: 280, level: 2 });
  expect(flowSafety(250, 0).threshold).toBe(usualThreshold);
});
