;;; sla-mode.el --- Service level agreements in .sla files -*- lexical-binding: t -*-

;; (load "/path/to/sla-mode.el"), then open a .sla file and M-x eglot.

(defconst sla-mode-declarations '("agreement" "calendar" "record" "let" "score" "define" "lifecycle" "event" "spell" "kpi" "route" "never" "source" "import" "test"))
(defconst sla-mode-phrases
  '("readable at least" "ignoring offsets" "closed holidays" "not in the last" "keep latest by" "needs at least" "none counts as" "at period end" "keep first by" "fresh within" "pause during" "accountable" "escalate to" "except when" "greatest of" "in the last" "reassign to" "starts with" "that become" "week starts" "year starts" "average of" "before due" "is missing" "only while" "warn above" "warn below" "effective" "ends with" "every day" "header at" "if missed" "median of" "newest of" "only when" "otherwise" "quarterly" "routed to" "september" "skip when" "time from" "wednesday" "at least" "business" "by close" "contains" "count of" "december" "duration" "encoding" "excluded" "february" "first of" "for each" "if above" "if below" "in a row" "is known" "least of" "november" "optional" "reviewed" "saturday" "share of" "subtract" "thursday" "times in" "at most" "because" "between" "boolean" "if late" "january" "last of" "matches" "minutes" "missing" "monthly" "numbers" "october" "planned" "quarter" "seconds" "tuesday" "always" "august" "before" "closed" "during" "except" "expect" "friday" "key of" "minute" "missed" "monday" "months" "not in" "notify" "number" "one of" "paused" "review" "second" "sum of" "sunday" "weekly" "within" "yearly" "above" "after" "april" "as of" "below" "daily" "false" "first" "given" "hours" "march" "means" "month" "since" "until" "weeks" "where" "while" "whose" "years" "date" "days" "each" "else" "from" "goal" "hour" "july" "june" "last" "late" "next" "open" "over" "owes" "text" "time" "true" "week" "when" "year" "zone" "add" "and" "any" "day" "due" "for" "key" "may" "met" "not" "per" "tag" "as" "at" "by" "do" "if" "in" "no" "of" "or" "to"))
(defconst sla-mode-functions '("domain" "lower" "length" "round" "least" "greatest" "date"))

(defconst sla-mode-font-lock
  `((,(concat "^" (regexp-opt sla-mode-declarations t) "\\_>\\(?:[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)\\)?")
     (1 font-lock-keyword-face) (2 font-lock-type-face nil t))
    (,(concat (regexp-opt sla-mode-functions 'symbols) "[ \t]*(") (1 font-lock-builtin-face))
    (,(regexp-opt '("true" "false" "missing" "known") 'symbols) . font-lock-constant-face)
    (,(regexp-opt sla-mode-phrases 'symbols) . font-lock-keyword-face)
    ("\\_<[0-9][0-9_:-]*\\(?:\\.[0-9]+\\)?%?" . font-lock-constant-face)))

(defvar sla-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    table))

;;;###autoload
(define-derived-mode sla-mode prog-mode "SLA"
  "A mode for service level agreements."
  (setq-local comment-start "# ")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults '(sla-mode-font-lock)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.sla\\'" . sla-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(sla-mode . ("sla" "lsp"))))

(provide 'sla-mode)
;;; sla-mode.el ends here
