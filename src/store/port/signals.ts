/** Text between processes on one store, told at once and not kept. What must arrive stands in the news. */

export interface SignalStore {
  /** Sends the other processes some text, at once. It may be lost. */
  signal(text: string): Promise<void>;
  /** Calls back with what others signal, and with null whenever something may have been missed. */
  onSignal(listener: (text: string | null) => void): void;
  /** Whether signals come through, as far as is known. */
  hearsSignals(): boolean;
}
