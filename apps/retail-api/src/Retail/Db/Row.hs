-- | Rows that there is at most one of.
module Retail.Db.Row (one, justOne) where

import Control.Exception (throwIO)
import Data.Maybe (listToMaybe)

one :: [a] -> Maybe a
one = listToMaybe

-- | For statements that always give a row. No row is a mistake of ours.
justOne :: [a] -> IO a
justOne = \case
  [row] -> pure row
  _ -> throwIO (userError "a statement that gives one row gave another number")
