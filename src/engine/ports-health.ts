/** How a server is, as `/health` shows it to those who may know. */
export interface UpstreamHealth {
  readonly state: 'idle' | 'up' | 'backoff' | 'failed';
  /** Links that are open. */
  readonly links: number;
  /** Links that were opened after one was lost. */
  readonly restarts: number;
  /** Processes alive, spares and those that are ending included; for servers that are processes. */
  readonly processes?: number;
  /** Spare processes that are ready, where some are kept. */
  readonly warm?: number;
  /** What the processes use together with all they started; where the system tells. */
  readonly memoryBytes?: number;
  /** What is or recently was wrong: one sentence without secrets. */
  readonly reason?: string;
}
