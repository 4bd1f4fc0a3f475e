/** Colours and shapes. Shades are chosen so that every text has a contrast of 4.5 to 1 or more on its ground. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';

const system =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK KR", "Noto Sans Arabic", sans-serif';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  fontFamily: system,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace',
  headings: { fontFamily: system, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // What has to be filled in says so when it is not.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Badge: { defaultProps: { variant: 'default', tt: 'none' } },
    Modal: { defaultProps: { centered: true } },
  },
});

export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    '--mantine-color-anchor': colors.indigo[8],
    '--waybell-ground': colors.gray[0],
    '--waybell-line': colors.gray[3],
    '--waybell-good': colors.teal[8],
    '--waybell-bad': colors.red[8],
    '--waybell-wait': colors.orange[7],
    '--waybell-rest': colors.gray[6],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[2],
    '--mantine-color-error': colors.red[4],
    '--mantine-color-anchor': colors.indigo[3],
    '--waybell-ground': colors.dark[8],
    '--waybell-line': colors.dark[4],
    '--waybell-good': colors.teal[4],
    '--waybell-bad': colors.red[4],
    '--waybell-wait': colors.orange[4],
    '--waybell-rest': colors.dark[2],
  },
});
