;;; drive.el --- what a person does in Emacs with a workflow  -*- coding: utf-8; lexical-binding: t -*-
;; Each step types keys or waits for what the server brings; what was seen is written as JSON for the test.

(require 'json)

(defvar drive-seen nil "What was seen so far, by name, the newest first.")

(defun drive-see (name value)
  "Remember VALUE under NAME, and write down all that was seen."
  (push (cons name value) drive-seen)
  (let ((text (json-serialize drive-seen :false-object :json-false)))
    (with-temp-file (getenv "DRIVE_SEEN")
      (set-buffer-multibyte nil)
      (insert text))))

(defun drive-until (what done)
  "Wait until DONE returns something and return it; WHAT says what is waited for."
  (let ((end (+ (float-time) 30)) found)
    (while (not (setq found (funcall done)))
      (when (> (float-time) end) (error "%s did not come" what))
      (sit-for 0.05))
    found))

(defun drive-issues ()
  "Return the first lines of what is shown as wrong."
  (mapcar (lambda (issue) (car (split-string (flymake-diagnostic-text issue) "\n"))) (flymake-diagnostics)))

(defun drive-shows (part)
  "Tell whether an issue with PART in it is shown."
  (seq-some (lambda (issue) (string-search part issue)) (drive-issues)))

(defun drive-hints ()
  "Return the hints that are shown in the text."
  (seq-keep (lambda (shown)
              (and (overlay-get shown 'eglot--inlay-hint)
                   (or (overlay-get shown 'before-string) (overlay-get shown 'after-string))))
            (overlays-in (point-min) (point-max))))

(defun drive-has (text)
  "Tell whether the buffer has TEXT."
  (save-excursion (goto-char (point-min)) (search-forward text nil t)))

(defun drive-keys (keys)
  "Type KEYS."
  (execute-kbd-macro (kbd keys)))

(defun drive-fix-and-roll-back ()
  "See issues, run, fix, save, roll back, save."
  (switch-to-buffer (find-file-noselect (getenv "DRIVE_FILE")))
  (drive-until "an issue" (lambda () (drive-shows "no step called ‘urgnet’")))
  (drive-see 'mode (symbol-name major-mode))
  (drive-see 'reading (vconcat (drive-issues)))
  (drive-keys "C-c c calibrate RET")
  (drive-until "what only a run finds" (lambda () (drive-shows "‘complaints.items’ is empty")))
  (drive-see 'running (vconcat (drive-issues)))
  (drive-see 'hints (vconcat (drive-until "the hints of the run" #'drive-hints)))
  (goto-char (point-min))
  (search-forward "urgnet")
  (drive-keys "M-x eglot-code-action-quickfix RET")
  (drive-until "the fix" (lambda () (drive-has "{{ urgent.count }} urgent mails this week")))
  (drive-keys "C-x C-s")
  (drive-see 'fixed (not (buffer-modified-p)))
  (drive-until "the run after the fix" (lambda () (and (not (drive-shows "urgnet")) (drive-shows "‘complaints.items’ is empty"))))
  (drive-see 'bytes-fixed (drive-bytes))
  (drive-keys "C-c c rollback RET")
  (drive-until "the rollback" (lambda () (drive-has "{{ urgnet.count }} urgent mails this week")))
  (drive-keys "C-x C-s")
  (drive-see 'bytes-after (drive-bytes)))

(defun drive-check-only ()
  "See what is wrong in a file that is only checked."
  (switch-to-buffer (find-file-noselect (getenv "DRIVE_CHECKED")))
  (drive-keys "C-l") ; eglot starts behind a command
  (drive-until "an issue" (lambda () (drive-shows "is not a key of a job")))
  (drive-see 'checked-mode (symbol-name major-mode))
  (drive-see 'checked (vconcat (drive-issues))))

(defun drive-bytes ()
  "Return the text of the file on disk."
  (with-temp-buffer (insert-file-contents (getenv "DRIVE_FILE")) (buffer-string)))

(defun drive ()
  "Do all of it, and leave Emacs."
  (condition-case trouble
      (progn (drive-fix-and-roll-back) (drive-check-only))
    (error (drive-see 'trouble (format "%S\n%s" trouble (with-current-buffer "*Messages*" (buffer-string))))))
  (drive-see 'done t)
  (set-buffer-modified-p nil)
  (let (kill-emacs-query-functions confirm-kill-processes) (kill-emacs)))

(defun drive-begin ()
  "Begin when the server manages the buffer, as a person would."
  (remove-hook 'eglot-managed-mode-hook #'drive-begin)
  (run-with-timer 0.5 nil #'drive))

(add-hook 'eglot-managed-mode-hook #'drive-begin)
