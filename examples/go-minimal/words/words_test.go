package words

import "testing"

func TestCount(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"none", "", 0},
		{"one", "a", 1},
		{"upper case", "A a", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := len(Count(c.text)); got != c.want {
				t.Errorf("%d words, not %d", got, c.want)
			}
		})
	}
}

func TestFirstOfNone(t *testing.T) {
	if got := First(nil); got != "" {
		t.Errorf("%q", got)
	}
}

// Flaky on purpose: maps are gone through in an order that changes.
func TestFirst(t *testing.T) {
	if got := First(Count("a b c d e f")); got == "f" {
		t.Errorf("%q came first", got)
	}
}
