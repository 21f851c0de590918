/** Where "elevated" begins when the API names no threshold, in m³/s: the value for Bern. */
export const usualThreshold = 220;

/** 1 safe, 2 moderate, 3 elevated, 4 high, 5 very high. */
export type DangerLevel = 1 | 2 | 3 | 4 | 5;

export interface FlowSafety {
  /** In m³/s. */
  readonly threshold: number;
  /** Null when the flow is not known: never taken for safe. */
  readonly level: DangerLevel | null;
  readonly assessment: string;
  /** Only from "elevated" up. */
  readonly warning: string | null;
}

const assessments: Readonly<Record<DangerLevel, string>> = {
  1: 'Safe: low flow. Good for swimmers who know the river and its exits.',
  2: 'Moderate: the current is strong. For practised swimmers only; know your exit before you go in.',
  3: 'Elevated: dangerous. Swimming is not advised, not even for practised swimmers.',
  4: 'High: very dangerous. Do not swim or boat.',
  5: 'Very high: life-threatening, floods are possible. Stay away from the river and its banks.',
};

const unknown =
  'Unknown: no flow value at the moment. Do not swim unless you can judge the river on the spot.';

/** How dangerous a flow (m³/s) is. A threshold that is missing or not positive counts as 220. */
export function flowSafety(flow: number | null, knownThreshold: number | null): FlowSafety {
  const threshold = knownThreshold !== null && knownThreshold > 0 ? knownThreshold : usualThreshold;
  const level = flow === null ? null : dangerLevel(flow, threshold);
  const assessment = level === null ? unknown : assessments[level];
  const warning = level !== null && level >= 3 ? `${assessment} Flow: ${flow} m³/s.` : null;
  return { threshold, level, assessment, warning };
}

function dangerLevel(flow: number, threshold: number): DangerLevel {
  if (flow < 100) return 1;
  if (flow < threshold) return 2;
  if (flow < 300) return 3;
  return flow < 430 ? 4 : 5;
}
