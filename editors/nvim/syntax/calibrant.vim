" Expressions in native workflows. Loaded after syntax/yaml.vim or syntax/json.vim, since the filetypes are
" yaml.calibrant and json.calibrant. An expression ends in its own line: one that is not closed yet colours nothing.

syntax case match
syntax region calibrantExpression oneline matchgroup=calibrantBraces
      \ start=/{{\ze\%(\%({{\)\@!.\)\{-}}}/ end=/}}/ keepend
      \ containedin=yamlFlowString,yamlPlainScalar,yamlBlockString,jsonString,jsonStringMatch
      \ contains=calibrantString,calibrantNumber,calibrantKeyword,calibrantConstant,calibrantFilter,calibrantRoot,calibrantOperator
" What decides (`if`, `where`, `by`) is an expression without braces too; in quotes it stays coloured as a text.
syntax match calibrantBare contained containedin=yamlPlainScalar transparent
      \ /\%(^\s*\%(-\s\+\)*\%(if\|where\|by\):\s\+\)\@<=[^[:space:]|>"'#&*!{%@`]\%(\%(\s#\)\@!.\)*/
      \ contains=calibrantString,calibrantNumber,calibrantKeyword,calibrantConstant,calibrantFilter,calibrantRoot,calibrantOperator
syntax match calibrantBare contained containedin=yamlPlainScalar transparent
      \ /\%([{,]\s*\%(if\|where\|by\):\s\+\)\@<=[^[:space:]|>"'#&*!{%@`,}][^,}]*/
      \ contains=calibrantString,calibrantNumber,calibrantKeyword,calibrantConstant,calibrantFilter,calibrantRoot,calibrantOperator
syntax region calibrantString contained oneline start=/'/ skip=/\\./ end=/'/
syntax region calibrantString contained oneline start=/\\\?"/ skip=/\\\\./ end=/\\\?"/
syntax match calibrantNumber contained /\<\d\+\%(\.\d\+\)\?\>/
syntax match calibrantOperator contained /[-+*\/%~<>=!]\+/
syntax match calibrantRoot contained /\%(\.\s*\|\w\)\@2<!\a\w*/
syntax match calibrantFilter contained /|\s*\h\w*/
syntax keyword calibrantKeyword contained and or not in is if else
syntax keyword calibrantConstant contained true false none True False None
