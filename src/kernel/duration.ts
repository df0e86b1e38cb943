const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** "90s", "15m", "1h" or "30d" in seconds; null for any other text. */
export function durationSeconds(text: string): number | null {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count && unit ? Number(count) * SECONDS[unit as keyof typeof SECONDS] : null;
}
