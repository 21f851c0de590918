/** Calls told apart by tool. */
import { expect, it } from 'vitest';
import { counting, ended } from './support.ts';

it('[SWITCHED-TOOLS] counts a tool under its name from its first answer on, though one ended badly before', async () => {
  const { metrics, samples } = counting({ tools: true });
  const end = metrics.observer.callEnded?.bind(metrics.observer);
  const bad = { outcome: 'upstream_failed', target: 'read' };
  end?.(ended(bad));
  end?.(ended({ target: 'read' }));
  end?.(ended(bad));
  end?.(ended(bad));
  const of = [...(await samples())].filter(
    ([name]) =>
      name.startsWith('mcp_server_operation_duration_seconds_count') && name.includes('upstream_failed'),
  );
  const told = of.map(([name, value]) => [/gen_ai_tool_name="([^"]*)"/.exec(name)?.[1], value]);
  expect(told.toSorted()).toEqual([
    ['other', 1],
    ['read', 2],
  ]);
});
