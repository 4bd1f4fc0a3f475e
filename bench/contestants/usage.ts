/** A contestant tells the bench where it listens, and its CPU time and memory whenever asked. */
export interface Usage {
  /** User and system time since the process began, microseconds. */
  readonly cpuMicros: number;
  /** Largest resident size so far, bytes. */
  readonly peakBytes: number;
}

export function reportUsage(address: { url: string; key: string }): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const usage: Usage = { cpuMicros: user + system, peakBytes: process.resourceUsage().maxRSS * 1024 };
    process.send?.(usage);
  });
  process.send?.(address);
}
