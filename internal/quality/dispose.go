package quality

import (
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// DisposeNCR decides what becomes of a nonconforming object (ISO 9001 8.7.1,
// AS9100 8.7.1: by those who are authorized). Where the nonconformity needs
// several signatures it waits, without effect, until the others have signed.
type DisposeNCR struct {
	NCRDisposed
	journal.Signature
	At moment.Time `json:"at,omitempty"`

	carried []string // who signed it in another journal
}

// CarryDisposition is a disposition as it was taken in another journal, where
// these signed it.
func CarryDisposition(c DisposeNCR, signers []string) *DisposeNCR {
	c.carried = signers
	return &c
}

// NCRDisposed says what was decided, and who signed it.
type NCRDisposed struct {
	Nonconformity string   `json:"nonconformity"`
	Disposition   string   `json:"disposition"` // use-as-is, rework, repair, scrap, return-to-supplier
	ApprovedBy    string   `json:"approved_by,omitempty"`
	Signers       []string `json:"signers,omitempty"`
}

// Kind names the fact.
func (NCRDisposed) Kind() string { return "nonconformity.disposed/1" }

// SetAt fills in when, if it was left open.
func (c *DisposeNCR) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide disposes of the nonconformity. Use-as-is releases what failed
// inspections hold of its object (rule 5), once all have signed.
func (c *DisposeNCR) Decide(set *store.Set) ([]journal.Fact, error) {
	if !slices.Contains(Dispositions, c.Disposition) {
		return nil, refuse.New(refuse.Invalid, "disposition is %q: it must be one of %s.", c.Disposition, strings.Join(Dispositions, ", ")).At("disposition")
	}
	n := ncr(set, c.Nonconformity)
	if n == nil {
		return nil, refuse.New(refuse.NotFound, "Nonconformity %s is not raised: raise it first.", c.Nonconformity).At("nonconformity")
	}
	f := c.NCRDisposed
	f.Signers = c.carried
	if c.SignedBy != "" {
		f.Signers = []string{c.SignedBy}
	}
	switch {
	case n.Disposition == c.Disposition && n.DisposedAt == c.At && n.ApprovedBy == c.ApprovedBy && (len(f.Signers) == 0 || begins(n.SignedBy(), f.Signers)):
		return nil, nil
	case n.State == NCRPending:
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s waits for signatures under %s: sign that, or void it first.", c.Nonconformity, n.Disposition).At("disposition")
	case n.Disposition != "":
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was disposed of on %s: %s. Void that first, or raise another.", c.Nonconformity, n.DisposedAt, n.Disposition).At("disposition")
	case c.At < n.At:
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was raised on %s, after %s.", c.Nonconformity, n.At, c.At).At("at")
	case len(c.Signers) > 0:
		return nil, refuse.New(refuse.Invalid, "Who signs %s is said with signed_by; signers follows from it.", c.Nonconformity).At("signers")
	case n.Signatures > 0 && len(f.Signers) == 0:
		return nil, refuse.New(refuse.Invalid, "The disposition of %s needs %d signatures: say who signs with signed_by.", c.Nonconformity, n.Signatures).At("signed_by")
	}
	facts, err := journal.SignIf([]journal.Fact{{At: c.At, What: &f}}, c.Signature, "disposed of as "+c.Disposition)
	if err == nil && int64(len(f.Signers)) >= n.Signatures {
		facts = append(facts, freed(set, n, c.Disposition, c.At)...)
	}
	return facts, err
}

// begins says whether some are the first of all.
func begins(all, some []string) bool {
	return len(all) >= len(some) && slices.Equal(all[:len(some)], some)
}

// freed are the ends of what failed inspections hold of an object that may be
// used as it is.
func freed(set *store.Set, n *NCR, disposition string, at moment.Time) (facts []journal.Fact) {
	row := genealogy.ByNumber(set, n.ObjectID)
	if disposition != UseAsIs || n.ObjectID == 0 || row == nil {
		return nil
	}
	for _, h := range genealogy.OpenHolds(set, n.ObjectID) {
		if h.Source == genealogy.FromInspection {
			facts = append(facts, journal.Fact{At: at, What: &genealogy.Unheld{Object: row.Object(), Hold: h.Hold, Reason: "nonconformity " + n.Nonconformity + ": " + UseAsIs}})
		}
	}
	return facts
}

// SignNCR is a further signature under the disposition of a nonconformity: of
// a member of the material review board (AS9100 8.7.1; 21 CFR 820.90(b)).
type SignNCR struct {
	Nonconformity string `json:"nonconformity"`
	journal.Signature
	At moment.Time `json:"at,omitempty"`
}

// NCRSigned says that somebody else signs a disposition, and which.
type NCRSigned struct {
	Nonconformity string `json:"nonconformity"`
	Disposition   string `json:"disposition"`
	Signer        string `json:"signer"`
	journal.Countersigned
}

// Kind names the fact.
func (NCRSigned) Kind() string { return "nonconformity.signed/1" }

// SetAt fills in when, if it was left open.
func (c *SignNCR) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide adds the signature; the last that is needed lets the disposition take
// effect. Nobody signs twice.
func (c *SignNCR) Decide(set *store.Set) ([]journal.Fact, error) {
	n := ncr(set, c.Nonconformity)
	switch {
	case n == nil:
		return nil, refuse.New(refuse.NotFound, "Nonconformity %s is not raised: raise it first.", c.Nonconformity).At("nonconformity")
	case n.Disposition == "":
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s is not disposed of: there is nothing to sign yet.", c.Nonconformity).At("nonconformity")
	case slices.Contains(n.SignedBy(), c.SignedBy):
		return nil, refuse.New(refuse.Conflict, "%s has signed the disposition of %s already: another must.", c.SignedBy, c.Nonconformity).At("signed_by")
	case c.At < n.DisposedAt:
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was disposed of on %s, after %s.", c.Nonconformity, n.DisposedAt, c.At).At("at")
	}
	f := &NCRSigned{Nonconformity: c.Nonconformity, Disposition: n.Disposition, Signer: c.SignedBy, Countersigned: journal.CountersignedOf(set, n.DisposedFact)}
	facts, err := journal.Sign([]journal.Fact{{At: c.At, What: f}}, c.Signature, "agreed to "+n.Disposition)
	if err == nil && n.State == NCRPending && int64(len(n.SignedBy())+1) >= n.Signatures {
		facts = append(facts, freed(set, n, n.Disposition, c.At)...)
	}
	return facts, err
}

// CarryAgreement is a further signature under a disposition as it was given in
// another journal: it takes effect when it did there, and its signature is a
// copy.
type CarryAgreement struct {
	SignNCR
	Copy journal.SignatureCarried `json:"copy"`
}

// Decide adds the signer.
func (c *CarryAgreement) Decide(set *store.Set) ([]journal.Fact, error) {
	facts, err := c.SignNCR.Decide(set)
	for i := range facts {
		if _, ok := facts[i].What.(*journal.Signed); ok {
			copied := c.Copy
			facts[i].What = &copied
		}
	}
	return facts, err
}

// FirstSigners are those who signed a disposition when it was taken.
func FirstSigners(tx *store.Tx, company string, n *NCR) ([]string, error) {
	events, err := ncrEvents.Select(tx, company, `nonconformity = $2 AND fact = $3`, n.Nonconformity, n.DisposedFact)
	if err != nil || len(events) == 0 || n.DisposedFact == 0 || events[0].Signers == "" {
		return nil, err
	}
	return strings.Split(events[0].Signers, "\n"), nil
}

func projectDisposed(set *store.Set, line journal.Line, f *NCRDisposed) {
	old := ncr(set, f.Nonconformity)
	if old == nil {
		return
	}
	n := *old
	n.Disposition, n.DisposedAt, n.ApprovedBy, n.DisposedFact = f.Disposition, line.At, f.ApprovedBy, line.ID()
	ncrEvents.New(set, ncrEvent{Nonconformity: f.Nonconformity, Fact: line.ID(), Kind: eventSigned, Signers: strings.Join(f.Signers, "\n")})
	renewNCR(set, &n)
	disposed(set, &n)
}

func projectSigned(set *store.Set, line journal.Line, f *NCRSigned) {
	old := ncr(set, f.Nonconformity)
	if old == nil {
		return
	}
	n := *old
	ncrEvents.New(set, ncrEvent{Nonconformity: f.Nonconformity, Fact: line.ID(), Kind: eventSigned, Signers: f.Signer})
	renewNCR(set, &n)
	disposed(set, &n)
}

// disposed forgets what an object failed, once it may be used as it is.
func disposed(set *store.Set, n *NCR) {
	if n.State == NCRDisposal && n.Disposition == UseAsIs && n.ObjectID != 0 {
		for _, r := range rejectedOn.All(set, n.ObjectID) {
			rejections.Delete(set, *r)
		}
	}
}

// undisposed looks again at what an object failed, when it may not be used as
// it is after all.
func undisposed(set *store.Set, n *NCR, disposition string) {
	if disposition != UseAsIs || n.State == NCRDisposal || n.ObjectID == 0 {
		return
	}
	for _, i := range measured.All(set, n.ObjectID) {
		judged(set, n.ObjectID, i.plan())
	}
}
