/** The few signs of the console, drawn with one line. They say nothing that a text beside them does not say. */
const paths = {
  shipment: 'M12 3l8 4.5v9L12 21l-8-4.5v-9L12 3zm0 9l8-4.5M12 12v9m0-9L4 7.5m4-2.25 8 4.5',
  webhook: 'M14 4h6v6M20 4l-9 9M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4',
  format:
    'M9 4c-2.5 0-3 1-3 3v2c0 2-1 3-2.5 3 1.5 0 2.5 1 2.5 3v2c0 2 .5 3 3 3M15 4c2.5 0 3 1 3 3v2c0 2 1 3 2.5 3-1.5 0-2.5 1-2.5 3v2c0 2-.5 3-3 3',
  overview: 'M4 20h16M7 16v-5m5 5V5m5 11V9',
  delivery: 'M4 12h12m0 0-5-5m5 5-5 5M20 5v14',
  inbox: 'M3 13l3-8h12l3 8v6H3v-6zm0 0h5l1.5 3h5L16 13h5',
  settings: 'M4 7h10m4 0h2M4 17h2m4 0h10M16 5v4M8 15v4',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4 19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  language:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9S9 6 12 3',
  leave: 'M10 4H5v16h5m4-4 4-4-4-4m4 4H9',
  plus: 'M12 5v14M5 12h14',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  minus: 'M5 12h14',
} as const;

type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}
