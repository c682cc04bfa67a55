-- | What was typed into the fields of a page, by field.
module Retail.Data.Form (Form, emptyForm, typed) where

import Data.Maybe (fromMaybe)
import Foreign.Object (Object, empty, lookup)

type Form = Object String

emptyForm :: Form
emptyForm = empty

typed :: String -> Form -> String
typed name form = fromMaybe "" (lookup name form)
