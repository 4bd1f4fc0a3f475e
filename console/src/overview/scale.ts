/** Where a chart has its marks: round numbers up its side, and as many times below it as there is room for. */

/** @returns the top of the scale, at least `max`, and the marks from 0 up to it, four steps of 1, 2 or 5 with zeros or fewer */
export function scaleOf(max: number): { top: number; marks: number[] } {
  const rough = Math.max(1, max / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) as number;
  const count = Math.max(1, Math.ceil(max / step));
  return { top: count * step, marks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** So wide is a time with the space around it. */
const markWidth = 64;
const hoursOfDay = 24;

/** Which of so many hours, the last of them being the present, are named; over days, by the day. */
export function hourMarks({ count, width }: { count: number; width: number }) {
  const isDay = count > 2 * hoursOfDay;
  const room = Math.max(1, Math.floor(width / markWidth));
  const steps = isDay ? [hoursOfDay, 2 * hoursOfDay, 7 * hoursOfDay] : [1, 2, 3, 4, 6, 12, hoursOfDay];
  const step = steps.find((one) => count / one <= room) ?? count;
  const named = Math.ceil(count / step);
  return Array.from({ length: named }, (_, mark) => ({
    index: mark * step + Math.floor(step / 2),
    isDay,
  })).filter(({ index }) => index < count);
}
