package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lotline/internal/recall"
)

// lines is a picture of values over time, drawn on the server: it needs no
// script and prints. The table beside it has the same content.
type lines struct {
	Label  string
	Lines  []plotted
	Grid   []gridLine
	Ticks  []tick
	Bottom int
}

type plotted struct {
	Class, Name string
	Path        string
	Dots        []dot
}

type dot struct {
	X, Y  int
	Title string
}

type gridLine struct {
	Y    int
	Text string
}

type tick struct {
	X      int
	Text   string
	Anchor string
}

// The picture's box: values from 0 to 100 between top and bottom.
const (
	linesLeft   = 48
	linesRight  = 700
	linesTop    = 16
	linesBottom = 196
)

// series are the values of one line, each of 0 to 100.
type series struct {
	class, name string
	values      []float64
}

// drawLines draws series over places (0 to 1 along the picture), each with its
// words; a step keeps its value until the next.
func drawLines(label string, at []float64, words []string, step bool, all ...series) lines {
	l := lines{Label: label, Bottom: linesBottom}
	for _, v := range []int{0, 25, 50, 75, 100} {
		l.Grid = append(l.Grid, gridLine{yOf(float64(v)), strconv.Itoa(v)})
	}
	for _, s := range all {
		line := plotted{Class: s.class, Name: s.name}
		var path strings.Builder
		for i, v := range s.values {
			x, y := xOf(at[i]), yOf(v)
			switch {
			case i == 0:
				fmt.Fprintf(&path, "M%d %d", x, y)
			case step:
				fmt.Fprintf(&path, "H%dV%d", x, y)
			default:
				fmt.Fprintf(&path, "L%d %d", x, y)
			}
			line.Dots = append(line.Dots, dot{x, y, fmt.Sprintf("%s: %s %.1f", words[i], s.name, v)})
		}
		line.Path = path.String()
		l.Lines = append(l.Lines, line)
	}
	if len(at) > 0 {
		l.Ticks = append(l.Ticks, tick{xOf(at[0]), words[0], "start"})
	}
	if last := len(at) - 1; last > 0 {
		l.Ticks = append(l.Ticks, tick{xOf(at[last]), words[last], "end"})
	}
	return l
}

func xOf(share float64) int { return linesLeft + int(share*(linesRight-linesLeft)) }

func yOf(v float64) int { return linesBottom - int(v/100*(linesBottom-linesTop)) }

// answersPicture is how far answers were at the end of each day.
func answersPicture(days []recall.DayEffect) lines {
	at, words := make([]float64, len(days)), make([]string, len(days))
	answered, accounted := make([]float64, len(days)), make([]float64, len(days))
	for i, d := range days {
		at[i], words[i] = alongDays(days, i), d.Day
		answered[i], accounted[i] = 100*share(d.ShareAnswered), 100*share(d.ShareAccounted)
	}
	return drawLines("How far answers were at the end of each day, in percent", at, words, true, series{"calm", "answered for", answered}, series{"good", "accounted for", accounted})
}

// alongDays is where a day lies between the first and the last.
func alongDays(days []recall.DayEffect, i int) float64 {
	of := func(day string) time.Time { t, _ := time.Parse(time.DateOnly, day); return t } // written by recall
	first, last := of(days[0].Day), of(days[len(days)-1].Day)
	if !last.After(first) {
		return 0
	}
	return float64(of(days[i].Day).Sub(first)) / float64(last.Sub(first))
}

func share(text string) float64 {
	v, _ := strconv.ParseFloat(text, 64) // written by recall
	return v
}

// percent is a share of 1 as people read it.
func percent(text string) string { return strconv.FormatFloat(100*share(text), 'f', 1, 64) + " %" }

// scoresPicture is the scores of drills in the order of time.
func scoresPicture(all []recall.KeptDrill) lines {
	n := len(all)
	at, words, scores := make([]float64, n), make([]string, n), make([]float64, n)
	for i := range all {
		d := &all[n-1-i]
		if n > 1 {
			at[i] = float64(i) / float64(n-1)
		}
		words[i], scores[i] = day(d.At), d.Score
	}
	return drawLines("The scores of the drills, the latest at the right", at, words, false, series{"good", "score", scores})
}
