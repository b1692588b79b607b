import { expect, test } from "vitest";
import { formatTime } from "../src/performance";
import { barsOf, positionOf, timeAt } from "../src/timeline";

test("where an instant is drawn is where a press finds it", () => {
  for (const time of [0, 0.4, 3.3, 12]) expect(timeAt(positionOf(time, 12, 640), 12, 640)).toBeCloseTo(time, 9);
});

test("a press beyond the ends means the ends", () => {
  expect(timeAt(-40, 12, 640)).toBe(0);
  expect(timeAt(700, 12, 640)).toBe(12);
});

test("no peak is lost between bars", () => {
  for (const width of [30, 299, 300, 1501]) {
    for (let at = 0; at < 100; at++) {
      const loudness = Array.from({ length: 100 }, (_, index) => (index === at ? 1 : 0));
      expect(Math.max(...barsOf(loudness, width))).toBe(1);
    }
  }
  expect(barsOf([], 9)).toEqual([0, 0, 0]);
});

test("times are told in tenths, and not rounded up", () => {
  expect(formatTime(0)).toBe("0:00.0");
  expect(formatTime(59.99)).toBe("0:59.9");
  expect(formatTime(0.3)).toBe("0:00.3");
  expect(formatTime(3661.25)).toBe("61:01.2");
  expect(formatTime(-1)).toBe("0:00.0");
});
