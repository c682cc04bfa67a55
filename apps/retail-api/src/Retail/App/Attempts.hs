-- | Wrong passwords are counted per account and per address. An account that there is not counts like one that there is.
module Retail.App.Attempts (Address, addressOf, limited) where

import Control.Exception (throwIO)
import Control.Monad (when)
import Crypto.Hash (Digest, SHA256, hash)
import Data.ByteArray (convert)
import Data.ByteString (ByteString)
import Data.Maybe (listToMaybe)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8)
import Retail.App.Env
import Retail.App.Problem
import Retail.Db.Limit

type Address = Text

-- | The peer, or behind so many proxies what the outermost of them saw: of X-Forwarded-For that one from the right.
-- What stands further left anybody can write.
addressOf :: Int -> Text -> Maybe Text -> Address
addressOf proxies peer forwarded
  | proxies > 0, Just seen <- listToMaybe (drop (proxies - 1) (reverse hops)), not (Text.null seen) = seen
  | otherwise = Text.dropEnd 1 (Text.dropWhileEnd (/= ':') peer)
  where
    hops = maybe [] (map Text.strip . Text.splitOn ",") forwarded

-- | Asks only if neither the account nor the address has to wait; 'Nothing' is an attempt that was wrong.
limited :: Env -> Text -> Address -> IO (Maybe a) -> IO (Maybe a)
limited Env {database, clock} account address asking = do
  now <- clock
  begin now byAddress 30
  begin now byAccount 5
  outcome <- asking
  outcome <$ mapM_ (const (endAttempt database byAccount >> undoAttempt database byAddress)) outcome
  where
    begin now subject allowed = do
      wait <- beginAttempt database subject now allowed
      when (wait > 0) (throwIO (TooMany wait))
    byAccount = subjectOf ("account " <> account)
    byAddress = subjectOf ("address " <> address)

subjectOf :: Text -> ByteString
subjectOf text = convert (hash (encodeUtf8 text) :: Digest SHA256)
